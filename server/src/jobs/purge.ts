import type { Queryable } from '../database/index.ts';

/** How long in days things are kept after they ended. Dead letters wait for a person: they are kept longer. */
const KEPT_DAYS = { events: 30, deadLetters: 180, runs: 90, cassettes: 30, schedule: 7 } as const;

const DAY = `interval '1 day'`;

const STATEMENTS = [
  {
    name: 'purge:events',
    text: `DELETE FROM subscription_delivery WHERE created_at < $1::timestamptz - ${KEPT_DAYS.events} * ${DAY}
      AND state NOT IN ('pending', 'dead')`,
  },
  {
    name: 'purge:dead-letters',
    text: `DELETE FROM subscription_delivery WHERE created_at < $1::timestamptz - ${KEPT_DAYS.deadLetters} * ${DAY} AND state = 'dead'`,
  },
  { name: 'purge:tokens', text: 'DELETE FROM subscription_token WHERE usable_until < $1::timestamptz' },
  { name: 'purge:runs', text: `DELETE FROM bot_run WHERE started_at < $1::timestamptz - ${KEPT_DAYS.runs} * ${DAY}` },
  {
    name: 'purge:cassettes',
    text: `DELETE FROM bot_cassette WHERE recorded_at < $1::timestamptz - ${KEPT_DAYS.cassettes} * ${DAY}`,
  },
  {
    name: 'purge:schedule',
    text: `DELETE FROM bot_schedule WHERE minute < $1::timestamptz - ${KEPT_DAYS.schedule} * ${DAY}`,
  },
] as const;

/** Deletes what is past its time; safe to run from any number of processes at once. */
export async function purge(database: Queryable, now: Date): Promise<void> {
  for (const statement of STATEMENTS) {
    await database.query({ ...statement, values: [now] });
  }
}
