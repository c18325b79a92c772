import { createHmac } from 'node:crypto';
import { join, sql } from '../database/index.ts';
import { FhirError } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';

/** Longest delay that failures can cause: nobody can lock a person out for longer. */
export const MAX_DELAY_MS = 15 * 60_000;

/** Failures are forgotten after a day. */
const FORGET_MS = 24 * 3_600_000;

/** Where failures are counted, and the key under which nobody reads whose they were. */
type Throttle = Pick<AuthDependencies, 'database' | 'keys'>;

interface Subject {
  readonly key: string;
  /** Failures that cost nothing. */
  readonly free: number;
  /** Failures in a row after which only a day's quiet, or a new password by mail, opens the way again. */
  readonly most?: number;
}

/**
 * What is counted: the account from this address, the account from anywhere, and everything from this address. Only the
 * first has an end: an attacker elsewhere cannot keep a person out for longer than the longest delay.
 */
function subjectsOf({ keys }: Throttle, account: string, address: string): Subject[] {
  const email = account.trim().toLowerCase();
  const keyed = (subject: string): string =>
    createHmac('sha256', keys.derivationSecret).update(`sign-in failure ${subject}`).digest('base64url');
  return [
    { key: keyed(`both ${email} ${address}`), free: 5, most: 100 },
    { key: keyed(`account ${email}`), free: 20 },
    { key: keyed(`address ${address}`), free: 100 },
  ];
}

/** Delay after a number of failures in a row: 1 s, 2 s, 4 s … up to 15 minutes. */
export function delayMs(failures: number, free: number): number {
  return failures < free ? 0 : Math.min(1000 * 2 ** Math.min(failures - free, 20), MAX_DELAY_MS);
}

/**
 * Milliseconds until the next attempt is looked at; 0 = now. It does not depend on whether the account exists, and the
 * right password is not looked at either while the delay lasts.
 */
export async function throttledFor(throttle: Throttle, account: string, address: string, now: Date): Promise<number> {
  const subjects = subjectsOf(throttle, account, address);
  const rows = await throttle.database.query<{ subject: string; failures: number; last_at: Date }>(
    sql`SELECT subject, failures, last_at FROM sign_in_failure WHERE subject = ANY(${subjects.map((subject) => subject.key)})`,
  );
  const waits = rows.map((row) => {
    const { free = 0, most = Number.POSITIVE_INFINITY } = subjects.find(({ key }) => key === row.subject) ?? {};
    const delay = row.failures >= most ? FORGET_MS : delayMs(row.failures, free);
    return row.last_at.getTime() + delay - now.getTime();
  });
  return Math.max(0, ...waits);
}

/** 429 with the seconds to wait; the same for known and unknown accounts. */
export function tooManyAttempts(waitMs: number): FhirError & { readonly retryAfter: number } {
  const error = new FhirError(429, [
    {
      severity: 'error',
      code: 'throttled',
      key: 'sign-in-throttled',
      text: 'Too many attempts. Wait a moment and try again.',
    },
  ]);
  return Object.assign(error, { retryAfter: Math.ceil(waitMs / 1000) });
}

/** Counts a failure. */
export async function countFailure(throttle: Throttle, account: string, address: string, now: Date): Promise<void> {
  const values = subjectsOf(throttle, account, address).map(({ key }) => sql`(${key}::text, 1, ${now}::timestamptz)`);
  const forget = new Date(now.getTime() - FORGET_MS);
  await throttle.database.query(
    sql`INSERT INTO sign_in_failure AS f (subject, failures, last_at) VALUES ${join(values, ', ')}
      ON CONFLICT (subject) DO UPDATE SET last_at = excluded.last_at,
        failures = CASE WHEN f.last_at <= ${forget} THEN 1 ELSE f.failures + 1 END`,
  );
}

/** A success clears the account's failures from this address and everywhere; those of the address itself stay. */
export async function clearFailures(throttle: Throttle, account: string, address: string): Promise<void> {
  const keys = subjectsOf(throttle, account, address)
    .slice(0, 2)
    .map((subject) => subject.key);
  await throttle.database.query(sql`DELETE FROM sign_in_failure WHERE subject = ANY(${keys})`);
}
