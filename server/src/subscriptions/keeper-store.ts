import type { Queryable } from '../database/index.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Subscriptions of active tenants that wait for their handshake. */
export function requestedSubscriptions(database: Queryable): Promise<{ tenant: number; id: string }[]> {
  return database.query({
    name: 'subscription:requested',
    text: `SELECT r.tenant, r.id FROM tenant t JOIN resource r ON r.tenant = t.tenant AND r.type = 'Subscription'
      WHERE t.status = 'active' AND NOT r.deleted AND r.content LIKE '%"requested"%'`,
    values: [],
  });
}

/** Starts the period after which the first heartbeat is due. */
export async function noteHandshake(database: Queryable, entry: SubscriptionEntry): Promise<void> {
  await database.query({
    name: 'subscription:note-handshake',
    text: `INSERT INTO subscription_pulse (tenant, subscription, sent_at) VALUES ($1, $2, now())
      ON CONFLICT (tenant, subscription) DO UPDATE SET sent_at = now()`,
    values: [entry.tenant, entry.id],
  });
}

/* A heartbeat is due when neither one nor a notification went out for the period; whoever raises the time sends it. */
const DUE = `WITH asked AS (
    SELECT a.tenant, a.subscription, a.seconds * interval '1 second' AS period, coalesce(c.last, 0) AS last,
      (SELECT coalesce(d.finished_at, d.created_at) FROM subscription_delivery d WHERE d.tenant = a.tenant AND d.subscription = a.subscription
        ORDER BY d.number DESC LIMIT 1) AS notified_at
    FROM unnest($1::int4[], $2::text[], $3::int4[]) AS a(tenant, subscription, seconds)
    LEFT JOIN subscription_counter c USING (tenant, subscription)),
  due AS (
    SELECT a.* FROM asked a LEFT JOIN subscription_pulse p USING (tenant, subscription)
    WHERE greatest(p.sent_at, a.notified_at, '-infinity') <= now() - a.period),
  raised AS (
    INSERT INTO subscription_pulse AS p (tenant, subscription, sent_at) SELECT tenant, subscription, now() FROM due
    ON CONFLICT (tenant, subscription) DO UPDATE SET sent_at = EXCLUDED.sent_at
      WHERE p.sent_at < EXCLUDED.sent_at - interval '1 second'
    RETURNING tenant, subscription)
  SELECT tenant, subscription, last FROM raised JOIN due USING (tenant, subscription)`;

/** Takes the heartbeats that are due, with the number of the last event; another process does not get them too. */
export async function dueHeartbeats(
  database: Queryable,
  entries: readonly SubscriptionEntry[],
): Promise<{ entry: SubscriptionEntry; last: number }[]> {
  if (entries.length === 0) {
    return [];
  }
  const rows = await database.query<{ tenant: number; subscription: string; last: number }>({
    name: 'subscription:due-heartbeats',
    text: DUE,
    values: [
      entries.map((entry) => entry.tenant),
      entries.map((entry) => entry.id),
      entries.map((entry) => entry.heartbeatSeconds ?? 0),
    ],
  });
  return rows.flatMap(({ tenant, subscription, last }) => {
    const entry = entries.find((each) => each.tenant === tenant && each.id === subscription);
    return entry === undefined ? [] : [{ entry, last }];
  });
}
