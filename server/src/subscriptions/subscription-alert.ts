/**
 * Something about one Subscription that its clinic must look at: an event that was given up, bots that set each other off
 * until they were stopped, an author who is gone and whose Subscription is off now.
 */
export interface SubscriptionAlert {
  readonly kind: 'dead-letter' | 'depth-exceeded' | 'author-gone';
  readonly tenant: number;
  readonly subscription: string;
  /** Number of the event that was given up. */
  readonly number?: number;
}
