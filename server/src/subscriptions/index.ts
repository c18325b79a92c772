/**
 * Subscriptions: match (pure), record, deliver. Invariants: every committed version that matches is recorded in the statement
 * that takes its event out of the outbox; per key deliveries keep their order; nothing is sent that the Subscription's author
 * may not read at that moment; a slow receiver holds back only itself.
 */
export type { CanRead, ShownTo } from './deliverer.ts';
export { type Delivery, type DeliveryResult, deliveryId } from './delivery.ts';
export type { MatchCriteria } from './match-event.ts';
export type { SentNotification } from './sent-notification.ts';
export { servedSubscriptions } from './served-topics.ts';
export type { Binding } from './socket/binding-token.ts';
export type { AskStore } from './store-questions.ts';
export type { SubscriptionAlert } from './subscription-alert.ts';
export type { SubscriptionEntry } from './subscription-entry.ts';
export { createSubscriptions, type RunBot, type Subscriptions, type SubscriptionsOptions } from './subscriptions.ts';
