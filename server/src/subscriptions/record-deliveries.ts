import type { Queryable } from '../database/index.ts';
import { completeEvents } from '../outbox/index.ts';
import { TOPIC_TEXT } from './clinic-topic.ts';
import { LEASE_MS } from './delivery.ts';
import type { Channel } from './subscription-entry.ts';

/** A Subscription that an event matched. */
export interface Match {
  readonly seq: number;
  readonly subscription: string;
  readonly channel: Channel;
  readonly orderKey: string;
  readonly coalescing: boolean;
  /** Does this process have room to deliver it at once? */
  readonly lease: boolean;
  /** Set when it must not be delivered, with the reason. */
  readonly withheld?: string;
}

/** A recorded delivery; `leased` says that this process must deliver it now. */
export interface RecordedDelivery {
  readonly tenant: number;
  readonly subscription: string;
  readonly number: number;
  readonly seq: number;
  readonly state: string;
  readonly leased: boolean;
  readonly created_at: Date;
}

export interface Recorded {
  readonly deliveries: readonly RecordedDelivery[];
  /** Tenants whose Subscriptions changed in this batch, with their new epoch. */
  readonly epochs: readonly { readonly tenant: number; readonly epoch: number }[];
}

/** Channel on which recorded websocket events are announced to every process. */
export const NOTIFY_CHANNEL = 'mindbridge_subscription';

/*
 * Events are completed and their deliveries recorded in one statement. A delivery is leased to this process only when no
 * other of its key is pending (of several recorded here the first goes; the last, when a run covers them all), and only when every event of the batch was still there: when another process took some
 * of them, this snapshot may not show what it recorded, and the order is left to `claimDue`, which looks afresh.
 */
const RECORD = `WITH done AS (${completeEvents}),
  matched AS (
    SELECT d.*, m.subscription, m.channel, m.order_key, m.coalescing, m.lease, m.withheld,
      row_number() OVER (PARTITION BY d.tenant, m.subscription ORDER BY d.seq) AS place,
      CASE WHEN m.coalescing
        THEN row_number() OVER (PARTITION BY d.tenant, m.coalescing, m.order_key ORDER BY d.seq DESC, m.subscription DESC)
        ELSE row_number() OVER (PARTITION BY d.tenant, m.subscription, m.order_key ORDER BY d.seq) END AS turn
    FROM unnest($2::int8[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::text[])
      AS m(seq, subscription, channel, order_key, coalescing, lease, withheld) JOIN done d USING (seq)),
  counted AS (SELECT tenant, subscription, count(*) AS n FROM matched GROUP BY 1, 2 ORDER BY 1, 2),
  counter AS (
    INSERT INTO subscription_counter AS c (tenant, subscription, last) SELECT tenant, subscription, n FROM counted
    ON CONFLICT (tenant, subscription) DO UPDATE SET last = c.last + EXCLUDED.last RETURNING tenant, subscription, last),
  raised AS (
    INSERT INTO subscription_epoch AS e (tenant, epoch)
    SELECT DISTINCT tenant, 1 FROM done d WHERE type IN ('Subscription', 'Bot') OR type = 'Basic' AND EXISTS (
      SELECT FROM resource r WHERE r.rid = d.rid AND r.content LIKE '${TOPIC_TEXT}'
      UNION ALL SELECT FROM resource_history h WHERE h.rid = d.rid AND h.content LIKE '${TOPIC_TEXT}')
    ON CONFLICT (tenant) DO UPDATE SET epoch = e.epoch + 1 RETURNING tenant, epoch),
  numbered AS (
    SELECT m.*, c.last - t.n + m.place AS number, m.channel <> 'websocket' AND m.withheld IS NULL AS waits,
      m.lease AND m.turn = 1 AND (SELECT count(*) FROM done) = cardinality($1::int8[]) AND CASE WHEN m.coalescing
        THEN NOT EXISTS (SELECT FROM subscription_delivery p WHERE p.tenant = m.tenant AND p.order_key = m.order_key
          AND p.state = 'pending' AND p.coalescing)
        ELSE NOT EXISTS (SELECT FROM subscription_delivery p WHERE p.tenant = m.tenant AND p.subscription = m.subscription
          AND p.order_key = m.order_key AND p.state = 'pending') END AS free
    FROM matched m JOIN counted t USING (tenant, subscription) JOIN counter c USING (tenant, subscription)),
  added AS (
    INSERT INTO subscription_delivery (tenant, subscription, number, seq, channel, rid, type, id, version, interaction, depth,
      order_key, coalescing, state, created_at, next_attempt_at, claimed_until, claimed_by, finished_at, error)
    SELECT tenant, subscription, number, seq, channel, rid, type, id, version, interaction, depth, order_key, coalescing,
      CASE WHEN waits THEN 'pending' WHEN withheld IS NULL THEN 'delivered' ELSE 'withheld' END, now(), now(),
      CASE WHEN waits AND free THEN now() + ${LEASE_MS} * interval '1 ms' END,
      CASE WHEN waits AND free THEN current_setting('application_name') END, CASE WHEN NOT waits THEN now() END, withheld
    FROM numbered
    RETURNING tenant, subscription, number, seq, channel, state, claimed_until IS NOT NULL AS leased, created_at),
  announced AS (
    SELECT count(pg_notify('${NOTIFY_CHANNEL}', tenant || ' ' || subscription || ' ' || number))
    FROM added WHERE channel = 'websocket' AND state = 'delivered')
  SELECT 'delivery' AS kind, tenant, subscription, number, seq, state, leased, created_at, NULL::int8 AS epoch
    FROM added, announced
  UNION ALL SELECT 'epoch', tenant, NULL, NULL, NULL, NULL, NULL, NULL, epoch FROM raised`;

type RecordRow = ({ kind: 'delivery' } & RecordedDelivery) | { kind: 'epoch'; tenant: number; epoch: number };

/** Completes events and records what they matched: numbers, order, and who delivers, in one commit. */
export async function recordDeliveries(
  database: Queryable,
  seqs: readonly number[],
  matches: readonly Match[],
): Promise<Recorded> {
  const rows = await database.query<RecordRow>({
    name: 'subscription:record',
    text: RECORD,
    values: [
      seqs,
      matches.map((match) => match.seq),
      matches.map((match) => match.subscription),
      matches.map((match) => match.channel),
      matches.map((match) => match.orderKey),
      matches.map((match) => match.coalescing),
      matches.map((match) => match.lease),
      matches.map((match) => match.withheld ?? null),
    ],
  });
  const epochs = rows.filter((row) => row.kind === 'epoch');
  const deliveries = rows.filter((row) => row.kind === 'delivery');
  return { deliveries: deliveries.sort((a, b) => a.seq - b.seq), epochs };
}
