import { randomUUID } from 'node:crypto';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { openSecret } from './sealed.ts';
import { matchingCounter, newTotpSecret } from './totp.ts';

interface FactorRow {
  readonly id: string;
  readonly secret: string;
}

const placeOf = (userId: string, id: string): string => `${userId}/${id}`;
/** Persons are the platform's, and so is the key of their secrets. */
const PLATFORM = 0;

const opened = (deps: AuthDependencies, userId: string, { id, secret }: FactorRow): Promise<Buffer> =>
  openSecret(deps, PLATFORM, placeOf(userId, id), secret);

/** A kind of second factor. */
export type FactorKind = 'totp' | 'passkey';

/** The kinds of second factor that a person has. */
export async function factorKinds(database: Queryable, userId: string): Promise<FactorKind[]> {
  const rows = await database.query<{ kind: FactorKind }>(
    sql`SELECT 'passkey' AS kind WHERE EXISTS (SELECT FROM passkey WHERE user_id = ${userId})
      UNION ALL SELECT 'totp' WHERE EXISTS (
        SELECT FROM user_factor WHERE user_id = ${userId} AND kind = 'totp' AND confirmed_at IS NOT NULL)`,
  );
  return rows.map(({ kind }) => kind);
}

/** Has the person a second factor? */
export async function hasFactor(database: Queryable, userId: string): Promise<boolean> {
  return (await factorKinds(database, userId)).length > 0;
}

async function unconfirmed(deps: AuthDependencies, userId: string): Promise<FactorRow | undefined> {
  const [row] = await deps.database.query<FactorRow>(
    sql`SELECT id, secret FROM user_factor WHERE user_id = ${userId} AND confirmed_at IS NULL LIMIT 1`,
  );
  return row;
}

/** The secret of an enrolment under way; the same one until it is confirmed, so that a page may be loaded again. */
export async function enrolmentSecret(deps: AuthDependencies, userId: string): Promise<Buffer> {
  const row = await unconfirmed(deps, userId);
  if (row) {
    return opened(deps, userId, row);
  }
  const [id, secret] = [randomUUID(), newTotpSecret()];
  const sealed = await deps.secrets.seal(PLATFORM, placeOf(userId, id), secret);
  await deps.database.query(
    sql`INSERT INTO user_factor (id, user_id, kind, secret, created_at)
      VALUES (${id}, ${userId}, 'totp', ${sealed}, ${deps.clock()})`,
  );
  return secret;
}

/** Confirms the enrolment under way with its first code. False for a wrong code, and when a factor is there already. */
export async function confirmFactor(deps: AuthDependencies, userId: string, code: string): Promise<boolean> {
  const row = await unconfirmed(deps, userId);
  const now = deps.clock();
  const counter = row && matchingCounter(await opened(deps, userId, row), code, now);
  if (!row || counter === undefined) {
    return false;
  }
  const confirmed = await deps.database.query(
    sql`UPDATE user_factor SET confirmed_at = ${now}, last_counter = ${counter} WHERE id = ${row.id} AND confirmed_at IS NULL
      AND NOT EXISTS (SELECT FROM user_factor WHERE user_id = ${userId} AND confirmed_at IS NOT NULL) RETURNING id`,
  );
  return confirmed.length > 0;
}

/** Uses a code of a confirmed factor: each works once, and none before one that was used. */
export async function useFactor(deps: AuthDependencies, userId: string, code: string): Promise<boolean> {
  const rows = await deps.database.query<FactorRow>(
    sql`SELECT id, secret FROM user_factor WHERE user_id = ${userId} AND kind = 'totp' AND confirmed_at IS NOT NULL`,
  );
  for (const row of rows) {
    const counter = matchingCounter(await opened(deps, userId, row), code, deps.clock());
    if (counter !== undefined) {
      const used = await deps.database.query(
        sql`UPDATE user_factor SET last_counter = ${counter} WHERE id = ${row.id} AND last_counter < ${counter} RETURNING id`,
      );
      return used.length > 0;
    }
  }
  return false;
}

/** Takes the authenticator app away; passkeys are taken away one by one. */
export async function removeTotp(database: Queryable, userId: string): Promise<void> {
  await database.query(sql`DELETE FROM user_factor WHERE user_id = ${userId}`);
}

/** Takes every factor of a person away, passkeys too: whoever enrolled them was somebody else. */
export async function removeAllFactors(database: Queryable, userId: string): Promise<void> {
  await database.query(sql`DELETE FROM user_factor WHERE user_id = ${userId}`);
  await database.query(sql`DELETE FROM passkey WHERE user_id = ${userId}`);
}
