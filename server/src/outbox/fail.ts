import type { Queryable } from '../database/index.ts';

/** Holds an event back whose handling failed: 1 s, 2 s, 4 s … at most 5 minutes. It is never given up. */
export async function fail(database: Queryable, seq: number): Promise<void> {
  await database.query({
    name: 'outbox:fail',
    text: `UPDATE outbox SET attempts = least(attempts + 1, 1000),
        not_before = now() + least(300, power(2, least(attempts, 12))) * interval '1 second' WHERE seq = $1`,
    values: [seq],
  });
}
