/** What the server tells about itself: one closed union of events. Invariant: no record's content, no query string, no error message leaves here. */
export {
  type BotRun,
  type Delivery,
  type ErrorFacts,
  errorFacts,
  type RequestFailed,
  type RequestServed,
  type ServerEvent,
} from './events.ts';
export { createObserver, type Observer, type ObserverOptions } from './observer.ts';
