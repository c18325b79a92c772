import type { Queryable } from '../database/index.ts';
import { type Delivery, LEASE_MS } from './delivery.ts';

/** Leases the deliveries that a part of a statement selects to this process, and gives them with their texts. */
export function claimOf(selected: string): string {
  return `claimed AS (
    UPDATE subscription_delivery d SET claimed_until = now() + ${LEASE_MS} * interval '1 ms',
      claimed_by = current_setting('application_name')
    FROM ${selected} s WHERE (d.tenant, d.subscription, d.number) = (s.tenant, s.subscription, s.number) RETURNING d.*)
  SELECT c.tenant, c.subscription, c.number, c.seq, c.channel, c.rid, c.type, c.id, c.version, c.interaction, c.depth,
    c.order_key, c.coalescing, c.attempts, c.created_at, coalesce(
      (SELECT r.content FROM resource r WHERE r.rid = c.rid AND r.version = c.version AND NOT r.deleted),
      (SELECT h.content FROM resource_history h WHERE h.rid = c.rid AND h.version = c.version AND NOT h.deleted),
      (SELECT h.content FROM resource_history h WHERE h.rid = c.rid AND h.version = c.version - 1), '') AS content
  FROM claimed c ORDER BY c.tenant, c.subscription, c.number`;
}

/*
 * The earliest due deliveries that may go, and that nobody holds: none of their key is before them. A coalescing key, which
 * is that of a bot under all its Subscriptions, sends its newest, and only when none of it is under way. What a dead
 * process held becomes due when its lease ends.
 */
const CLAIM_DUE = `WITH due AS (
    SELECT d.tenant, d.subscription, d.number FROM subscription_delivery d
    WHERE d.state = 'pending' AND d.next_attempt_at <= now() AND (d.claimed_until IS NULL OR d.claimed_until < now())
      AND d.tenant || ' ' || d.subscription <> ALL($1)
      AND CASE WHEN d.coalescing THEN NOT EXISTS (SELECT FROM subscription_delivery p WHERE p.tenant = d.tenant
          AND p.order_key = d.order_key AND p.state = 'pending' AND p.coalescing
          AND (p.claimed_until >= now() OR (p.created_at, p.seq, p.subscription) > (d.created_at, d.seq, d.subscription)))
        ELSE NOT EXISTS (SELECT FROM subscription_delivery p WHERE p.tenant = d.tenant AND p.subscription = d.subscription
          AND p.order_key = d.order_key AND p.state = 'pending' AND p.number < d.number) END
    ORDER BY d.next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  ${claimOf('due')}`;

/** A delivery as the database gives it. */
export interface DeliveryRow extends Omit<Delivery, 'orderKey' | 'createdAt'> {
  readonly order_key: string;
  readonly created_at: Date;
}

/** Takes due deliveries for this process, leaving out Subscriptions (`tenant subscription`) that it has no room for. */
export async function claimDue(database: Queryable, full: readonly string[], limit: number): Promise<Delivery[]> {
  const rows = await database.query<DeliveryRow>({
    name: 'subscription:claim-due',
    text: CLAIM_DUE,
    values: [full, limit],
  });
  return rows.map(deliveryOf);
}

/** The delivery of a row. */
export function deliveryOf({ order_key, created_at, ...row }: DeliveryRow): Delivery {
  return { ...row, orderKey: order_key, createdAt: created_at };
}

/**
 * Frees what processes held that have no connection any more: they are dead. To be called when a process starts, so that what
 * the one before it had under way need not wait for the end of its leases.
 */
export async function freeDeadLeases(database: Queryable): Promise<void> {
  await database.query({
    name: 'subscription:free-dead',
    text: `UPDATE subscription_delivery SET claimed_until = NULL
      WHERE state = 'pending' AND claimed_until > now() AND claimed_by IS NOT NULL
        AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = claimed_by)`,
    values: [],
  });
}

/** Keeps the leases of deliveries that are under way. */
export async function renewLeases(database: Queryable, deliveries: readonly Delivery[]): Promise<void> {
  await database.query({
    name: 'subscription:renew',
    text: `UPDATE subscription_delivery d SET claimed_until = now() + ${LEASE_MS} * interval '1 ms'
      FROM unnest($1::int4[], $2::text[], $3::int8[]) AS k(tenant, subscription, number)
      WHERE (d.tenant, d.subscription, d.number) = (k.tenant, k.subscription, k.number) AND d.state = 'pending'`,
    values: [deliveries.map((d) => d.tenant), deliveries.map((d) => d.subscription), deliveries.map((d) => d.number)],
  });
}
