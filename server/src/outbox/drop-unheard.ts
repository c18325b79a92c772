import type { Queryable } from '../database/index.ts';
import type { QuietTenant } from './change-event.ts';

const DROP = `WITH quiet AS (
    SELECT q.tenant FROM unnest($1::int4[], $2::int8[]) AS q(tenant, epoch)
    WHERE coalesce((SELECT e.epoch FROM subscription_epoch e WHERE e.tenant = q.tenant), 0) = q.epoch
      AND NOT EXISTS (SELECT FROM outbox o WHERE o.tenant = q.tenant AND o.type IN ('Subscription', 'Bot'))),
  dropped AS (DELETE FROM outbox o USING quiet WHERE o.tenant = quiet.tenant)
  SELECT tenant FROM quiet`;

/**
 * Deletes the events of tenants that have no subscriptions, unread. A tenant is skipped when a Subscription of it waits in
 * the outbox or was handled since (the epoch differs): an event behind a new Subscription is never dropped.
 * Gives the tenants that are still quiet.
 */
export async function dropUnheard(database: Queryable, quiet: readonly QuietTenant[]): Promise<ReadonlySet<number>> {
  const rows = await database.query<{ tenant: number }>({
    name: 'outbox:drop-unheard',
    text: DROP,
    values: [quiet.map((entry) => entry.tenant), quiet.map((entry) => entry.epoch)],
  });
  return new Set(rows.map((row) => row.tenant));
}
