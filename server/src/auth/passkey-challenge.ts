import { randomBytes } from 'node:crypto';
import { type Queryable, sql } from '../database/index.ts';
import { hashOf } from './secrets.ts';

/** How long a person may take to touch the authenticator. */
export const CHALLENGE_MS = 5 * 60_000;

/** What a challenge is for; a signature for one purpose is of no use to another. */
export interface ChallengePurpose {
  readonly purpose: 'register' | 'sign-in' | 'factor' | 'step-up';
  /** The sign-in or session that asks; empty while nobody is known yet. */
  readonly subject: string;
}

/** Makes a challenge of 256 random bits and keeps its hash. */
export async function newChallenge(
  database: Queryable,
  { purpose, subject }: ChallengePurpose,
  now: Date,
): Promise<Buffer<ArrayBuffer>> {
  const challenge = randomBytes(32);
  await database.query(
    sql`INSERT INTO passkey_challenge (hash, purpose, subject, expires_at)
      VALUES (${hashOf(challenge.toString('base64url'))}, ${purpose}, ${subject}, ${new Date(now.getTime() + CHALLENGE_MS)})`,
  );
  return challenge;
}

/** Spends a challenge: true once, within its time, for its own purpose and subject. */
export async function spendChallenge(
  database: Queryable,
  challenge: string,
  { purpose, subject }: ChallengePurpose,
  now: Date,
): Promise<boolean> {
  const spent = await database.query(
    sql`DELETE FROM passkey_challenge WHERE hash = ${hashOf(challenge)} AND purpose = ${purpose} AND subject = ${subject}
      AND expires_at > ${now} RETURNING hash`,
  );
  return spent.length > 0;
}
