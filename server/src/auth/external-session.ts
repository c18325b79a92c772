import { z } from 'zod';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { openSecret } from './sealed.ts';
import { hashOf } from './secrets.ts';

/** How a SAML provider calls a person and her session there. */
export const EXTERNAL_NAME = z.object({
  nameID: z.string().min(1).max(500),
  nameIDFormat: z.string().max(200),
  nameQualifier: z.string().max(500).optional(),
  spNameQualifier: z.string().max(500).optional(),
  sessionIndex: z.string().max(500).optional(),
});
export type ExternalName = z.infer<typeof EXTERNAL_NAME>;

/** A session that somebody began at a provider. */
export interface ExternalSession {
  readonly session: string;
  readonly provider: string;
  readonly name: ExternalName;
}

const placeOf = (session: string): string => `external-session/${session}`;

/** Keeps, sealed, what the provider will have to be told at the end of a session. */
export async function keepExternalSession(
  deps: AuthDependencies,
  { tenant, session, provider, name }: ExternalSession & { readonly tenant: number },
): Promise<void> {
  const sealed = await deps.secrets.seal(tenant, placeOf(session), Buffer.from(JSON.stringify(name)));
  await deps.database.query(
    sql`INSERT INTO external_session (session, tenant, provider, name) VALUES (${session}, ${tenant}, ${provider}, ${sealed})`,
  );
}

/** The one of these sessions that began at a provider which has not been told of its end yet. */
export async function findExternalSession(
  deps: AuthDependencies,
  sessions: readonly string[],
): Promise<ExternalSession | undefined> {
  const [row] = await deps.database.query<{ session: string; tenant: number; provider: string; name: string }>(
    sql`SELECT session, tenant, provider, name FROM external_session
      WHERE session = ANY(${sessions}::text[]) AND relay IS NULL LIMIT 1`,
  );
  if (!row) {
    return undefined;
  }
  const { session, tenant, provider } = row;
  const opened = await openSecret(deps, tenant, placeOf(session), row.name);
  return { session, provider, name: EXTERNAL_NAME.parse(JSON.parse(opened.toString())) };
}

/** Sends a session's browser away: where it goes when it comes back with this secret. */
export async function leaveFor(
  database: Queryable,
  session: string,
  { relay, after }: { readonly relay: string; readonly after: string },
): Promise<void> {
  await database.query(
    sql`UPDATE external_session SET relay = ${hashOf(relay)}, after = ${after} WHERE session = ${session}`,
  );
}

/** Takes up a browser that comes back, once: where it goes. */
export async function cameBack(database: Queryable, provider: string, relay: string): Promise<string | undefined> {
  const [row] = await database.query<{ after: string }>(
    sql`DELETE FROM external_session WHERE provider = ${provider} AND relay = ${hashOf(relay)} RETURNING after`,
  );
  return row?.after;
}
