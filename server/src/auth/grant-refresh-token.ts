import { isScopeWithin } from '../access/index.ts';
import { sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { isFirstParty } from './client-application.ts';
import type { Form, PresentedClient } from './client-authentication.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { standingOf } from './identify.ts';
import { OFFLINE_MS } from './login-request.ts';
import { loadMember } from './member.ts';
import { OAuthError } from './oauth-error.ts';
import { findRefreshToken, rotateRefreshToken } from './refresh-token.ts';
import type { Arrival } from './refreshes-under-way.ts';
import { endSession, findSession, isLive, type Session } from './session.ts';
import { type TokenResponse, tokenResponse } from './token-response.ts';

/** Offline access ends a year after it was given, however often it is refreshed. */
const ABSOLUTE_MS = 365 * 24 * 3_600_000;
const GRACE_MS = 5000;

/**
 * How long after its use a token still answers: the house's own pages share one among their tabs. Another app's is good for
 * requests that came before the first of them was answered, and no longer.
 */
function graceMs(deps: AuthDependencies, client: PresentedClient | undefined, { isParallel }: Arrival): number {
  const isOwnPage = client === undefined || isFirstParty(client.resource, deps.baseUrl);
  return isOwnPage || isParallel ? (deps.refreshGraceMs ?? GRACE_MS) : 0;
}

const badToken = (): OAuthError =>
  new OAuthError('invalid_grant', 'The refresh token is not valid, expired, or was used before');

/** The scope asked for, which may be less than the session's. @throws OAuthError 400 invalid_scope when it is more. */
function narrowed(session: Session, asked: string | undefined): Session {
  if (!asked) {
    return session;
  }
  const granted = session.scope.split(' ');
  const scopes = asked.split(' ').filter((scope) => scope !== '');
  if (!scopes.every((scope) => granted.some((wide) => isScopeWithin(scope, wide)))) {
    throw new OAuthError('invalid_scope', 'The scope is wider than what was granted');
  }
  return { ...session, scope: scopes.join(' ') };
}

/** Offline access slides: each refresh gives it its full time again, up to the absolute end. */
async function extended(deps: AuthDependencies, session: Session): Promise<Session> {
  const now = deps.clock();
  if (!session.scope.split(' ').includes('offline_access')) {
    return session;
  }
  const end = new Date(Math.min(now.getTime() + OFFLINE_MS, session.createdAt.getTime() + ABSOLUTE_MS));
  await deps.database.query(
    sql`UPDATE session SET expires_at = ${end}, last_seen_at = ${now} WHERE id = ${session.id}`,
  );
  return { ...session, expiresAt: end };
}

async function liveSession(
  deps: AuthDependencies,
  sessionId: string | undefined,
  client: PresentedClient | undefined,
): Promise<Session> {
  const session = sessionId ? await findSession(deps.database, sessionId) : undefined;
  const isOwn = session?.clientId === (client?.resource.id ?? '');
  if (!session || !isOwn || !isLive(session, deps.clock()) || !(await standingOf(deps, session))) {
    throw badToken();
  }
  return session;
}

/**
 * Exchanges a refresh token for new tokens and its successor. One that comes again after its grace ends the session.
 * @throws OAuthError 400 invalid_grant, invalid_scope
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export async function refreshTokenGrant(
  deps: AuthDependencies,
  form: Form,
  client: PresentedClient | undefined,
  { arrival, forget }: { readonly arrival: Arrival; readonly forget: ForgetSession },
): Promise<TokenResponse> {
  if (!form.refresh_token) {
    throw new OAuthError('invalid_request', 'refresh_token is missing');
  }
  const now = deps.clock();
  const stored = await findRefreshToken(deps.database, form.refresh_token);
  const session = await liveSession(deps, stored?.session, client);
  const { scope } = narrowed(session, form.scope);
  const member = await loadMember(deps.database, session.tenant, session.membership, session.patient || undefined);
  if (!member || !stored || stored.expiresAt <= now) {
    throw badToken();
  }
  const alive = await extended(deps, session);
  const life = {
    now: deps.clock(),
    arrivedAt: arrival.at,
    expiresAt: alive.expiresAt,
    graceMs: graceMs(deps, client, arrival),
  };
  const rotation = await rotateRefreshToken(deps.database, deps.keys, form.refresh_token, life);
  if (rotation.outcome === 'reused') {
    await endSession(deps.database, session.id, now);
    forget(session.id);
    deps.log({ event: 'auth.refresh-reused', session: session.id });
    throw badToken();
  }
  deps.log({ event: 'auth.token-issued', session: session.id, tenant: session.tenant, grant: 'refresh_token' });
  return tokenResponse(deps, { ...alive, scope }, member, { refreshToken: rotation.refreshToken });
}
