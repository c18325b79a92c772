/**
 * Change events between the commit of a write and the record of what it causes. An event leaves the outbox only in the
 * statement that records its effects; nothing is locked in between, so a dead process holds nothing back.
 */
export type { ChangeEvent, Interest, QuietTenant } from './change-event.ts';
export { completeEvents } from './complete.ts';
export { createDispatcher, type Dispatcher, type DispatcherOptions, type EventSink } from './dispatcher.ts';
