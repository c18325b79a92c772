import type { AuthDependencies } from './auth-dependencies.ts';
import type { Form, PresentedClient } from './client-authentication.ts';
import { challengeOf, isVerifier } from './code-challenge.ts';
import { standingOf } from './identify.ts';
import { loadMember } from './member.ts';
import { OAuthError } from './oauth-error.ts';
import { storeRefreshToken } from './refresh-token.ts';
import { hashOf, newSecret, sameSecret } from './secrets.ts';
import { endSession, findByCode, type Session, spendCode } from './session.ts';
import { endBeyondLimit, sessionLimit } from './session-limit.ts';
import { notePlace } from './sign-in-place.ts';
import { type TokenResponse, tokenResponse } from './token-response.ts';

const badCode = (): OAuthError => new OAuthError('invalid_grant', 'The code is not valid, expired, or was used before');

/** Ended sessions must also be forgotten by the authenticator. */
export type ForgetSession = (sessionId: string) => void;

/** May this session have refresh tokens? Its own sign-in always (they end with it), apps when they were granted access beyond the visit. */
export function hasRefreshTokens(session: Session): boolean {
  const scopes = session.scope.split(' ');
  return session.clientId === '' || scopes.includes('offline_access') || scopes.includes('online_access');
}

/** A code that comes a second time ends the session it was used for, with all its tokens. */
async function endReused(deps: AuthDependencies, codeHash: string, forget: ForgetSession): Promise<void> {
  const session = await findByCode(deps.database, codeHash);
  if (session?.codeUsedAt) {
    await endSession(deps.database, session.id, deps.clock());
    forget(session.id);
    deps.log({ event: 'auth.code-reused', session: session.id });
  }
}

/** The checks of a code against the request, before it is spent. @throws OAuthError 400 invalid_grant */
function checkBinding(session: Session, form: Form, client: PresentedClient | undefined): void {
  if (session.clientId !== (client?.resource.id ?? '')) {
    throw badCode();
  }
  if (session.redirectUri && session.redirectUri !== form.redirect_uri) {
    throw badCode();
  }
  const verifier = form.code_verifier ?? '';
  if (!isVerifier(verifier) || !sameSecret(challengeOf(verifier), session.codeChallenge)) {
    throw new OAuthError('invalid_grant', 'The code_verifier does not belong to the code');
  }
}

/**
 * Exchanges a code for tokens. Bound to client, redirect URI and verifier; exactly one of parallel exchanges succeeds.
 * @throws OAuthError 400 invalid_grant
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export async function authorizationCodeGrant(
  deps: AuthDependencies,
  form: Form,
  client: PresentedClient | undefined,
  forget: ForgetSession,
): Promise<TokenResponse> {
  if (!form.code) {
    throw new OAuthError('invalid_request', 'code is missing');
  }
  const codeHash = hashOf(form.code);
  const found = await findByCode(deps.database, codeHash);
  if (!found) {
    throw badCode();
  }
  checkBinding(found, form, client);
  const session = await spendCode(deps.database, codeHash, deps.clock());
  if (!session) {
    await endReused(deps, codeHash, forget);
    throw badCode();
  }
  return firstTokens(deps, session, { grant: 'authorization_code', forget });
}

/** The first tokens of a session. @throws OAuthError 400 invalid_grant when what it stands on has ended */
export async function firstTokens(
  deps: AuthDependencies,
  session: Session,
  { grant, forget }: { readonly grant: string; readonly forget: ForgetSession },
): Promise<TokenResponse> {
  const member = await loadMember(deps.database, session.tenant, session.membership, session.patient || undefined);
  if (!member || !(await standingOf(deps, session))) {
    throw badCode();
  }
  if (session.clientId === '') {
    const limit = { limit: sessionLimit(member.project), now: deps.clock() };
    for (const id of await endBeyondLimit(deps.database, session, limit)) {
      forget(id);
      deps.log({ event: 'auth.session-ended', session: id, reason: 'limit' });
    }
  }
  if (session.userType === 'User') {
    await notePlace(deps, session, member);
  }
  const refreshToken = hasRefreshTokens(session) ? newSecret() : undefined;
  if (refreshToken) {
    const row = { tenant: session.tenant, session: session.id, now: deps.clock(), expiresAt: session.expiresAt };
    await storeRefreshToken(deps.database, refreshToken, row);
  }
  deps.log({ event: 'auth.token-issued', session: session.id, tenant: session.tenant, grant });
  return tokenResponse(deps, session, member, { refreshToken });
}
