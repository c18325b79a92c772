import type { Database } from '../../database/index.ts';

/** A delivery that was given up. */
export interface DeadLetter {
  readonly subscription: string;
  readonly number: number;
  readonly channel: string;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly finished_at: Date;
}

/** Which dead letters are asked for. */
export interface DeadLetterFilter {
  readonly tenant: number;
  /** Ids of Subscriptions. */
  readonly subscriptions: readonly string[];
  /** Only those given up before this one. */
  readonly before?: { readonly at: Date; readonly subscription: string; readonly number: number };
  readonly limit: number;
}

/** Dead letters of Subscriptions, the newest first. */
export function deadLetters(database: Database, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  const { before } = filter;
  return database.forTenant(filter.tenant).query<DeadLetter>({
    name: 'subscription:dead-letters',
    text: `SELECT subscription, number, channel, type, id, version, attempts, error, date_trunc('milliseconds', finished_at) AS finished_at
      FROM subscription_delivery WHERE tenant = $1 AND state = 'dead' AND subscription = ANY($2)
        AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', finished_at), subscription, number) < ($3, $4::text, $5::int8))
      ORDER BY date_trunc('milliseconds', finished_at) DESC, subscription DESC, number DESC LIMIT $6`,
    values: [
      ...[filter.tenant, filter.subscriptions, before?.at ?? null, before?.subscription ?? null],
      ...[before?.number ?? null, filter.limit],
    ],
  });
}

/** Ids of the Subscriptions that have dead letters, at most 1,000. */
export async function subscriptionsWithDeadLetters(database: Database, tenant: number): Promise<string[]> {
  const rows = await database.forTenant(tenant).query<{ subscription: string }>({
    name: 'subscription:with-dead-letters',
    text: `SELECT DISTINCT subscription FROM subscription_delivery WHERE tenant = $1 AND state = 'dead' LIMIT 1000`,
    values: [tenant],
  });
  return rows.map(({ subscription }) => subscription);
}

/** Makes dead letters pending again, with a new span of 72 hours. Gives how many. */
export async function replayDeadLetters(
  database: Database,
  tenant: number,
  subscription: string,
  number?: number,
): Promise<number> {
  const rows = await database.forTenant(tenant).query({
    name: 'subscription:replay',
    text: `UPDATE subscription_delivery SET state = 'pending', attempts = 0, created_at = now(), next_attempt_at = now(),
        claimed_until = NULL, finished_at = NULL
      WHERE tenant = $1 AND subscription = $2 AND state = 'dead' AND ($3::int8 IS NULL OR number = $3) RETURNING number`,
    values: [tenant, subscription, number ?? null],
  });
  return rows.length;
}
