import { type Queryable, sql } from '../database/index.ts';
import { hashOf } from './secrets.ts';

/** How long a person may take at the provider. */
const AWAY_MS = 10 * 60_000;

/** A sign-in under way at a provider. */
export interface ExternalSignIn {
  readonly tenant: number;
  readonly provider: string;
  /** JSON of what the sign-in page asked for. */
  readonly request: string;
  readonly nonce: string;
  readonly verifier: string;
  /** JSON of whom a SAML provider named. */
  readonly identity: string | null;
}

const COLUMNS = sql`tenant, provider, request, nonce, verifier, identity`;

/** Keeps a sign-in while the browser is away. */
export async function keepSignIn(
  database: Queryable,
  { state, cookie }: { readonly state: string; readonly cookie: string },
  signIn: Omit<ExternalSignIn, 'identity'>,
  now: Date,
): Promise<void> {
  await database.query(sql`DELETE FROM external_sign_in WHERE expires_at < ${now}`);
  await database.query(
    sql`INSERT INTO external_sign_in (state, tenant, provider, cookie, request, nonce, verifier, expires_at)
      VALUES (${hashOf(state)}, ${signIn.tenant}, ${signIn.provider}, ${hashOf(cookie)}, ${signIn.request}, ${signIn.nonce},
        ${signIn.verifier}, ${new Date(now.getTime() + AWAY_MS)})`,
  );
}

/** A sign-in that waits for its provider; for the answer of SAML, which comes without the browser's cookie. */
export async function waitingSignIn(
  database: Queryable,
  state: string,
  now: Date,
): Promise<ExternalSignIn | undefined> {
  const [row] = await database.query<ExternalSignIn & Record<string, unknown>>(
    sql`SELECT ${COLUMNS} FROM external_sign_in
      WHERE state = ${hashOf(state)} AND identity IS NULL AND expires_at > ${now}`,
  );
  return row;
}

/** Keeps whom SAML named; once. */
export async function nameIdentity(database: Queryable, state: string, identity: string): Promise<boolean> {
  const rows = await database.query(
    sql`UPDATE external_sign_in SET identity = ${identity} WHERE state = ${hashOf(state)} AND identity IS NULL RETURNING state`,
  );
  return rows.length > 0;
}

/** Takes a sign-in up again: once, within its time, and in the browser that began it. */
export async function takeUpSignIn(
  database: Queryable,
  { state, cookie }: { readonly state: string; readonly cookie: string },
  now: Date,
): Promise<ExternalSignIn | undefined> {
  const [row] = await database.query<ExternalSignIn & Record<string, unknown>>(
    sql`DELETE FROM external_sign_in WHERE state = ${hashOf(state)} AND cookie = ${hashOf(cookie)} AND expires_at > ${now}
      RETURNING ${COLUMNS}`,
  );
  return row;
}
