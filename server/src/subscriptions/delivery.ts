import type { Channel, Interaction } from './subscription-entry.ts';

/** One event for one Subscription, as recorded, with the text of the version it tells of. */
export interface Delivery {
  readonly tenant: number;
  readonly subscription: string;
  /** Event number within the Subscription: rising, without gaps. */
  readonly number: number;
  /** Number of the change in the outbox. */
  readonly seq: number;
  readonly channel: Channel;
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly interaction: Interaction;
  readonly depth: number;
  /** What keeps its order: the resource, or the patient for a coalescing bot. */
  readonly orderKey: string;
  readonly coalescing: boolean;
  /** Attempts made before this one. */
  readonly attempts: number;
  readonly createdAt: Date;
  /** JSON text of the version; of the version before when the interaction is a delete. */
  readonly content: string;
}

/** What became of an attempt. */
export type DeliveryResult =
  | { readonly kind: 'delivered' }
  /** The author may no longer read it, or the Subscription is off: never sent. */
  | { readonly kind: 'withheld'; readonly error: string }
  /** To be tried again, not before what the receiver asked for, in ms. */
  | { readonly kind: 'retry'; readonly error: string; readonly notBeforeMs?: number | undefined }
  | { readonly kind: 'dead'; readonly error: string };

/** Stable id of a delivery, the same on every retry; receivers recognise duplicates by it. */
export function deliveryId(delivery: Pick<Delivery, 'subscription' | 'number'>): string {
  return `${delivery.subscription}.${delivery.number}`;
}

/** How long in ms a process owns a delivery before others may take it; renewed while the attempt lasts. */
export const LEASE_MS = 5000;
