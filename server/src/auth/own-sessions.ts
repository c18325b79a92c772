import type { ClientApplication } from '@medplum/fhirtypes';
import { z } from 'zod';
import { notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { findById } from './find-resource.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { ownSession } from './own-account.ts';
import { endSession, isLive, type Session, sessionsOf } from './session.ts';
import { openAddress } from './session-address.ts';

/** `POST auth/sessions/end`: one of the own sessions, or all others. */
export const END_SESSIONS = z.union([
  z.object({ session: z.string().min(1).max(64) }),
  z.object({ others: z.literal(true) }),
]);

async function shown(deps: AuthDependencies, session: Session, current: string): Promise<unknown> {
  const { clientTenant, clientId } = session;
  const app = clientId
    ? await findById<ClientApplication>(deps.database, clientTenant, 'ClientApplication', clientId)
    : undefined;
  return {
    id: session.id,
    current: session.id === current,
    authMethod: session.authMethod,
    address: await openAddress(deps, session),
    userAgent: session.userAgent,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    ...(clientId && { app: { id: clientId, name: app?.name ?? clientId } }),
  };
}

async function liveSessions(deps: AuthDependencies, userId: string): Promise<Session[]> {
  const now = deps.clock();
  return (await sessionsOf(deps.database, userId, now)).filter((session) => isLive(session, now));
}

/** `GET auth/sessions`: where the person is signed in, the newest first. @throws FhirError 403 @see security.md S61 */
export async function ownSessions(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { id, userId } = await ownSession(deps, state);
  const sessions = await liveSessions(deps, userId);
  return { sessions: await Promise.all(sessions.map((session) => shown(deps, session, id))) };
}

/** Ends own sessions with all their tokens. @throws FhirError 403, 404 for somebody else's */
export async function endOwnSessions(
  deps: AuthDependencies,
  state: AuthState,
  request: z.infer<typeof END_SESSIONS>,
  forget: ForgetSession,
): Promise<{ readonly ended: number }> {
  const { id: current, userId } = await ownSession(deps, state);
  const sessions = await liveSessions(deps, userId);
  const meant = sessions.filter(({ id }) => ('session' in request ? id === request.session : id !== current));
  if (meant.length === 0 && 'session' in request) {
    throw notFound();
  }
  for (const { id } of meant) {
    await endSession(deps.database, id, deps.clock());
    forget(id);
    deps.log({ event: 'auth.session-ended', session: id, reason: 'revoked' });
  }
  return { ended: meant.length };
}
