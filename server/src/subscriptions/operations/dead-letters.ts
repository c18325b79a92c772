import type { Queryable } from '../../database/index.ts';

/** A delivery that was given up. */
export interface DeadLetter {
  readonly number: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly finished_at: Date;
}

/** The newest 200 dead letters of a Subscription. */
export function deadLetters(database: Queryable, tenant: number, subscription: string): Promise<DeadLetter[]> {
  return database.query<DeadLetter>({
    name: 'subscription:dead-letters',
    text: `SELECT number, type, id, version, attempts, error, finished_at FROM subscription_delivery
      WHERE tenant = $1 AND subscription = $2 AND state = 'dead' ORDER BY number DESC LIMIT 200`,
    values: [tenant, subscription],
  });
}

/** Makes dead letters pending again, with a new span of 72 hours. Gives how many. */
export async function replayDeadLetters(
  database: Queryable,
  tenant: number,
  subscription: string,
  number?: number,
): Promise<number> {
  const rows = await database.query({
    name: 'subscription:replay',
    text: `UPDATE subscription_delivery SET state = 'pending', attempts = 0, created_at = now(), next_attempt_at = now(),
        claimed_until = NULL, finished_at = NULL
      WHERE tenant = $1 AND subscription = $2 AND state = 'dead' AND ($3::int8 IS NULL OR number = $3) RETURNING number`,
    values: [tenant, subscription, number ?? null],
  });
  return rows.length;
}
