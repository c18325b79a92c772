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
    UPDATE subscription_delivery d SET state = g.state, attempts = attempts + 1, claimed_until = NULL, error = g.error,
      next_attempt_at = now() + g.delay * interval '1 ms', finished_at = CASE WHEN g.state <> 'pending' THEN now() END
    FROM unnest($1::int4[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::float8[], $7::bool[])
      AS g(tenant, subscription, number, state, error, delay, hand_on)
    WHERE (d.tenant, d.subscription, d.number) = (g.tenant, g.subscription, g.number) AND d.state = 'pending'
    RETURNING d.tenant, d.subscription, d.number, d.order_key, d.coalescing, d.state, d.created_at, g.hand_on),
  covered AS (UPDATE subscription_delivery d SET state = 'coalesced', covered_by = s.number, covered_by_subscription = s.subscription,
    finished_at = now(), claimed_until = NULL
  FROM settled s WHERE s.coalescing AND s.state = 'delivered' AND d.tenant = s.tenant AND d.order_key = s.order_key
    AND d.coalescing AND d.state = 'pending' AND (d.subscription, d.number) <> (s.subscription, s.number)
    AND d.created_at <= s.created_at AND (d.claimed_until IS NULL OR d.claimed_until < now())),
  next AS (
    SELECT d.tenant, d.subscription, d.number FROM settled s JOIN subscription_delivery d
      ON (d.tenant, d.subscription, d.order_key) = (s.tenant, s.subscription, s.order_key)
    WHERE s.hand_on AND s.state <> 'pending' AND NOT s.coalescing AND d.state = 'pending' AND d.number > s.number
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

/** An attempt that has ended. */
export interface Attempt {
  readonly delivery: Delivery;
  readonly result: DeliveryResult;
  readonly maxAttempts: number | undefined;
  readonly now: Date;
  readonly random: () => number;
  /** Lease what waited for it? */
  readonly handOn: boolean;
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

/** Records what became of attempts, all in one statement. */
export async function settleDeliveries(database: Queryable, attempts: readonly Attempt[]): Promise<Settled[]> {
  const settled = attempts.map(({ delivery, result, maxAttempts, now, random }) => {
    const state = stateAfter(delivery, result, maxAttempts, now);
    return { state, delayMs: state === 'pending' ? delayAfter(delivery, result, random) : 0 };
  });
  const rows = await database.query<DeliveryRow>({
    name: 'subscription:settle',
    text: SETTLE,
    values: [
      attempts.map(({ delivery }) => delivery.tenant),
      attempts.map(({ delivery }) => delivery.subscription),
      attempts.map(({ delivery }) => delivery.number),
      settled.map(({ state }) => state),
      attempts.map(({ result }) => (result.kind === 'delivered' ? null : storable(result.error))),
      settled.map(({ delayMs }) => delayMs),
      attempts.map(({ handOn }) => handOn),
    ],
  });
  const next = Map.groupBy(rows.map(deliveryOf), orderOf);
  return settled.map((one, i) => ({ ...one, next: next.get(orderOf(attempts[i]?.delivery)) ?? [] }));
}

function orderOf(delivery: Delivery | undefined): string {
  return JSON.stringify([delivery?.tenant, delivery?.subscription, delivery?.orderKey]);
}

/** Without what no text of the database can hold: an error may quote a receiver or a bot. */
function storable(error: string): string {
  return error.replaceAll('\0', '\ufffd').toWellFormed();
}
