import type { ClientApplication } from '@medplum/fhirtypes';
import { z } from 'zod';
import { notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { findById } from './find-resource.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { ownSession } from './own-account.ts';
import { endSession, type Session, sessionsOf } from './session.ts';

/** `POST auth/apps/revoke`: the app whose access ends. */
export const REVOKE_APP = z.object({ clientId: z.string().min(1).max(64) });

/** `POST auth/revoke`: the own session to end. @see @medplum/react's SecurityPage */
export const REVOKE_LOGIN = z.object({ loginId: z.string().min(1).max(64) });

/** An app that may see records in the person's name. */
export interface ConnectedApp {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly offline: boolean;
  readonly since: string;
  readonly lastUsed: string;
}

async function appOf(deps: AuthDependencies, sessions: readonly Session[]): Promise<ConnectedApp> {
  const first = sessions[0] as Session;
  const client = await findById<ClientApplication>(
    deps.database,
    first.clientTenant,
    'ClientApplication',
    first.clientId,
  );
  const scopes = [...new Set(sessions.flatMap(({ scope }) => scope.split(' ')))].filter((scope) => scope !== '');
  const times = (of: (session: Session) => Date): number[] => sessions.map((session) => of(session).getTime());
  return {
    clientId: first.clientId,
    name: client?.name ?? first.clientId,
    scopes,
    offline: scopes.includes('offline_access'),
    since: new Date(Math.min(...times(({ createdAt }) => createdAt))).toISOString(),
    lastUsed: new Date(Math.max(...times(({ lastSeenAt }) => lastSeenAt))).toISOString(),
  };
}

/** `GET auth/apps`: the apps connected to the account, the newest first. @see security.md S16 */
export async function connectedApps(deps: AuthDependencies, state: AuthState): Promise<{ apps: ConnectedApp[] }> {
  const { userId } = await ownSession(deps, state);
  const sessions = (await sessionsOf(deps.database, userId, deps.clock())).filter(({ clientId }) => clientId);
  const byClient = Map.groupBy(sessions, ({ clientId }) => clientId);
  return { apps: await Promise.all([...byClient.values()].map((group) => appOf(deps, group))) };
}

/** Ends every session that an app has in the person's name. @throws FhirError 404 when it has none. */
export async function revokeApp(
  deps: AuthDependencies,
  state: AuthState,
  { clientId }: z.infer<typeof REVOKE_APP>,
  forget: ForgetSession,
): Promise<void> {
  const { userId } = await ownSession(deps, state);
  await endAll(deps, userId, (session) => session.clientId === clientId, forget);
}

/** Ends one of the own sessions. @throws FhirError 404 for somebody else's, too. */
export async function revokeLogin(
  deps: AuthDependencies,
  state: AuthState,
  { loginId }: z.infer<typeof REVOKE_LOGIN>,
  forget: ForgetSession,
): Promise<void> {
  const { userId } = await ownSession(deps, state);
  await endAll(deps, userId, (session) => session.id === loginId, forget);
}

async function endAll(
  deps: AuthDependencies,
  person: string,
  which: (session: Session) => boolean,
  forget: ForgetSession,
): Promise<void> {
  const now = deps.clock();
  const sessions = (await sessionsOf(deps.database, person, now)).filter(which);
  if (sessions.length === 0) {
    throw notFound();
  }
  for (const { id } of sessions) {
    await endSession(deps.database, id, now);
    forget(id);
    deps.log({ event: 'auth.session-ended', session: id, reason: 'revoked' });
  }
}
