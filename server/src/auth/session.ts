import { randomUUID } from 'node:crypto';
import { type Queryable, sql } from '../database/index.ts';
import { isFhirId } from '../fhir/index.ts';
import { isIdle } from './session-idle.ts';
import { COLUMNS, type NewSession, type Session, type SessionRow, sessionOf } from './session-row.ts';

export type { NewSession, Session } from './session-row.ts';

/** Begins a session. */
export async function beginSession(database: Queryable, start: NewSession, now: Date): Promise<Session> {
  const [row] = await database.query<SessionRow>(
    sql`INSERT INTO session (id, tenant, user_type, user_id, membership, client_id, client_tenant, auth_method, auth_time,
        scope, nonce, code_challenge, redirect_uri, launch, consent_needed, address, user_agent, created_at, last_seen_at, expires_at, mfa_at, mfa_method,
        home_tenant)
      VALUES (${randomUUID()}, ${start.tenant ?? 0}, ${start.userType}, ${start.userId}, ${start.membership ?? ''},
        ${start.clientId ?? ''}, ${start.clientTenant ?? 0}, ${start.authMethod}, ${start.authTime ?? now}, ${start.scope},
        ${start.nonce ?? ''}, ${start.codeChallenge ?? ''}, ${start.redirectUri ?? ''}, ${start.launch ?? ''},
        ${start.consentNeeded ?? false}, ${start.address ?? ''}, ${start.userAgent ?? ''}, ${now}, ${now}, ${start.expiresAt},
        ${start.mfaAt ?? null}, ${start.mfaMethod ?? ''}, ${start.homeTenant ?? 0})
      RETURNING ${COLUMNS}`,
  );
  return sessionOf(row as SessionRow);
}

/** A session by id, ended or not. */
export async function findSession(database: Queryable, id: string): Promise<Session | undefined> {
  if (!isFhirId(id)) {
    return undefined;
  }
  const [row] = await database.query<SessionRow>(sql`SELECT ${COLUMNS} FROM session WHERE id = ${id}`);
  return row && sessionOf(row);
}

/** Is the session neither ended, nor over its time, nor idle? */
export function isLive(session: Session, now: Date): boolean {
  return session.revokedAt === null && session.expiresAt > now && !isIdle(session, now);
}

/** Chooses the membership, and with it the tenant; only once. */
export async function chooseMembership(
  database: Queryable,
  id: string,
  choice: {
    readonly tenant: number;
    readonly membership: string;
    readonly patient?: string;
    readonly encounter?: string;
  },
): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`UPDATE session SET tenant = ${choice.tenant}, membership = ${choice.membership}, patient = ${choice.patient ?? ''},
        encounter = ${choice.encounter ?? ''}
      WHERE id = ${id} AND membership = '' AND revoked_at IS NULL RETURNING ${COLUMNS}`,
  );
  return row && sessionOf(row);
}

/** Sets the patient a person chose; only once. */
export async function setPatient(
  database: Queryable,
  id: string,
  { patient, encounter }: { readonly patient: string; readonly encounter: string },
): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`UPDATE session SET patient = ${patient}, encounter = ${encounter}
      WHERE id = ${id} AND patient = '' AND code_used_at IS NULL AND revoked_at IS NULL RETURNING ${COLUMNS}`,
  );
  return row && sessionOf(row);
}

/** Sets the encounter a person chose; only once. */
export async function setEncounter(database: Queryable, id: string, encounter: string): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`UPDATE session SET encounter = ${encounter}
      WHERE id = ${id} AND encounter = '' AND code_used_at IS NULL AND revoked_at IS NULL RETURNING ${COLUMNS}`,
  );
  return row && sessionOf(row);
}

/** Records the scope the person agreed to. */
export async function grantScope(database: Queryable, id: string, scope: string): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`UPDATE session SET scope = ${scope}, consent_needed = false
      WHERE id = ${id} AND code_used_at IS NULL AND revoked_at IS NULL RETURNING ${COLUMNS}`,
  );
  return row && sessionOf(row);
}

/** Records that the second factor was proven. */
export async function markSecondFactor(
  database: Queryable,
  id: string,
  { method, now }: { readonly method: 'totp' | 'passkey'; readonly now: Date },
): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`UPDATE session SET mfa_at = ${now}, mfa_method = ${method} WHERE id = ${id} AND revoked_at IS NULL RETURNING ${COLUMNS}`,
  );
  return row && sessionOf(row);
}

/** Records that the person proved to be there. */
export async function markStepUp(database: Queryable, id: string, now: Date): Promise<void> {
  await database.query(sql`UPDATE session SET step_up_at = ${now} WHERE id = ${id} AND revoked_at IS NULL`);
}

/** Sets the code of a session; an earlier one that was not used stops working. */
export async function setCode(database: Queryable, id: string, codeHash: string, expiresAt: Date): Promise<void> {
  await database.query(
    sql`UPDATE session SET code_hash = ${codeHash}, code_expires_at = ${expiresAt}
      WHERE id = ${id} AND code_used_at IS NULL AND revoked_at IS NULL`,
  );
}

/** Closes the way of a session to a code: it has its tokens without one. */
export async function closeSignIn(database: Queryable, id: string, now: Date): Promise<void> {
  await database.query(sql`UPDATE session SET code_used_at = ${now} WHERE id = ${id} AND code_used_at IS NULL`);
}

/** Spends a code: exactly one caller gets the session, however many ask at once. */
export async function spendCode(database: Queryable, codeHash: string, now: Date): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`UPDATE session SET code_used_at = ${now}
      WHERE code_hash = ${codeHash} AND code_used_at IS NULL AND code_expires_at > ${now} AND revoked_at IS NULL
      RETURNING ${COLUMNS}`,
  );
  return row && sessionOf(row);
}

/** The session whose code this is, spent or not. */
export async function findByCode(database: Queryable, codeHash: string): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(sql`SELECT ${COLUMNS} FROM session WHERE code_hash = ${codeHash}`);
  return row && sessionOf(row);
}

/** Binds the browser's sign-in cookie to a session. */
export async function setCookie(database: Queryable, id: string, cookieHash: string): Promise<void> {
  await database.query(sql`UPDATE session SET cookie_hash = ${cookieHash} WHERE id = ${id}`);
}

/** The live session that a sign-in cookie stands for. */
export async function findByCookie(database: Queryable, cookieHash: string, now: Date): Promise<Session | undefined> {
  const [row] = await database.query<SessionRow>(
    sql`SELECT ${COLUMNS} FROM session
      WHERE cookie_hash = ${cookieHash} AND revoked_at IS NULL AND expires_at > ${now} AND membership <> ''`,
  );
  const session = row && sessionOf(row);
  return session && isLive(session, now) ? session : undefined;
}

/** Ends a session and with it every token issued in it. Gives false when it was over already. */
export async function endSession(database: Queryable, id: string, now: Date): Promise<boolean> {
  const rows = await database.query(
    sql`UPDATE session SET revoked_at = ${now}, cookie_hash = NULL WHERE id = ${id} AND revoked_at IS NULL RETURNING id`,
  );
  return rows.length > 0;
}

/** Ends every session of a user except one; gives the ids of those it ended. */
export async function endSessionsOf(database: Queryable, userId: string, now: Date, except = ''): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    sql`UPDATE session SET revoked_at = ${now}, cookie_hash = NULL
      WHERE user_id = ${userId} AND id <> ${except} AND revoked_at IS NULL RETURNING id`,
  );
  return rows.map((row) => row.id);
}

/** The live sessions of a user in a tenant, newest first. */
export async function sessionsOf(database: Queryable, userId: string, now: Date): Promise<Session[]> {
  const rows = await database.query<SessionRow>(
    sql`SELECT ${COLUMNS} FROM session WHERE user_id = ${userId} AND revoked_at IS NULL AND expires_at > ${now}
      AND membership <> '' ORDER BY created_at DESC LIMIT 50`,
  );
  return rows.map(sessionOf);
}
