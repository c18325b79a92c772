import type { Queryable } from '../database/index.ts';
import { backoffMs, MOST_MS } from './backoff.ts';
import { claimOf, type DeliveryRow, deliveryOf } from './claim-due.ts';
import type { Delivery, DeliveryResult } from './delivery.ts';

/*
 * A coalescing delivery that ended takes with it what of its key, under whichever Subscription, was recorded no later than
 * itself and is held by nobody: it had been committed before the run began, so the run has read it. It is recorded as covered.
 * What waited for a delivery that ended, because it is of the same resource, is leased to this process in its place.
 * Only a pending delivery is settled: a process that comes back after its lease ended changes nothing that is final.
 */
const SETTLE = `WITH settled AS (
    UPDATE subscription_delivery SET state = $4, attempts = attempts + 1, claimed_until = NULL, error = $5,
      next_attempt_at = now() + $6::float8 * interval '1 ms', finished_at = CASE WHEN $4 <> 'pending' THEN now() END
    WHERE tenant = $1 AND subscription = $2 AND number = $3 AND state = 'pending'
    RETURNING tenant, subscription, number, order_key, coalescing, state, created_at),
  covered AS (UPDATE subscription_delivery d SET state = 'coalesced', covered_by = s.number, covered_by_subscription = s.subscription,
    finished_at = now(), claimed_until = NULL
  FROM settled s WHERE s.coalescing AND s.state = 'delivered' AND d.tenant = s.tenant AND d.order_key = s.order_key
    AND d.coalescing AND d.state = 'pending' AND (d.subscription, d.number) <> (s.subscription, s.number)
    AND d.created_at <= s.created_at AND (d.claimed_until IS NULL OR d.claimed_until < now())),
  next AS (
    SELECT d.tenant, d.subscription, d.number FROM settled s JOIN subscription_delivery d
      ON (d.tenant, d.subscription, d.order_key) = (s.tenant, s.subscription, s.order_key)
    WHERE $7 AND s.state <> 'pending' AND NOT s.coalescing AND d.state = 'pending' AND d.number > s.number
      AND d.next_attempt_at <= now() AND (d.claimed_until IS NULL OR d.claimed_until < now())
      AND NOT EXISTS (SELECT FROM subscription_delivery p WHERE p.tenant = d.tenant AND p.subscription = d.subscription
        AND p.order_key = d.order_key AND p.state = 'pending' AND p.number < d.number AND p.number <> s.number)
    FOR UPDATE OF d SKIP LOCKED),
  ${claimOf('next')}`;

/** How long in ms a delivery is tried before it becomes a dead letter: 72 hours. */
export const GIVE_UP_AFTER_MS = 72 * 3600 * 1000;

/** The state a result leads to: a retry becomes a dead letter after 72 hours or the Subscription's own limit of attempts. */
export function stateAfter(
  delivery: Pick<Delivery, 'attempts' | 'createdAt'>,
  result: DeliveryResult,
  maxAttempts: number | undefined,
  now: Date,
): 'pending' | 'delivered' | 'withheld' | 'dead' {
  if (result.kind !== 'retry') {
    return result.kind;
  }
  const spent = maxAttempts !== undefined && delivery.attempts + 1 >= maxAttempts;
  return spent || now.getTime() - delivery.createdAt.getTime() >= GIVE_UP_AFTER_MS ? 'dead' : 'pending';
}

/** What an attempt led to, and after how many ms the next one is due when there is one. */
export interface Settled {
  readonly state: string;
  readonly delayMs: number;
  /** What waited for it and is to be delivered now. */
  readonly next: readonly Delivery[];
}

/** The back-off, or what the receiver asked for when that is longer; never more than the longest back-off. */
function delayAfter({ attempts }: Delivery, result: DeliveryResult, random: () => number): number {
  const asked = result.kind === 'retry' ? (result.notBeforeMs ?? 0) : 0;
  return Math.max(backoffMs(attempts, random), Math.min(asked, MOST_MS));
}

/** Records what became of an attempt. */
export async function settleDelivery(
  database: Queryable,
  delivery: Delivery,
  result: DeliveryResult,
  options: {
    readonly maxAttempts?: number;
    readonly now: Date;
    readonly random: () => number;
    /** Lease what waited for it? */
    readonly handOn: boolean;
  },
): Promise<Settled> {
  const state = stateAfter(delivery, result, options.maxAttempts, options.now);
  const delayMs = state === 'pending' ? delayAfter(delivery, result, options.random) : 0;
  const error = result.kind === 'delivered' ? null : result.error;
  const next = await database.query<DeliveryRow>({
    name: 'subscription:settle',
    text: SETTLE,
    values: [delivery.tenant, delivery.subscription, delivery.number, state, error, delayMs, options.handOn],
  });
  return { state, delayMs, next: next.map(deliveryOf) };
}
