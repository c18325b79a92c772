import type { Request, Response } from 'express';
import { sql } from '../database/index.ts';
import { verifyAccessToken } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthenticateClient } from './client-authentication.ts';
import { authorizationOf, postedForm } from './form.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { OAuthError } from './oauth-error.ts';
import { findRefreshToken } from './refresh-token.ts';
import { hashOf } from './secrets.ts';
import { endSession, findByCookie, findSession } from './session.ts';
import { forgetBrowser } from './sign-in-cookie.ts';
import { cookieOf } from './single-sign-on.ts';

/** Ends a session and everything that came from the same sign-in of the same browser. */
async function end(deps: AuthDependencies, sessionId: string, reason: string, forget: ForgetSession): Promise<void> {
  await endSession(deps.database, sessionId, deps.clock());
  forget(sessionId);
  deps.log({ event: 'auth.session-ended', session: sessionId, reason });
}

/** The apps that were let in by this browser's sign-in end with it, unless they have access offline. */
async function endAppSessions(deps: AuthDependencies, sessionId: string, forget: ForgetSession): Promise<void> {
  const first = await findSession(deps.database, sessionId);
  if (!first || first.clientId) {
    return;
  }
  const rows = await deps.database.query<{ id: string }>(
    sql`UPDATE session SET revoked_at = ${deps.clock()} WHERE user_id = ${first.userId} AND tenant = ${first.tenant}
      AND client_id <> '' AND auth_time = ${first.authTime} AND revoked_at IS NULL
      AND NOT ('offline_access' = ANY(string_to_array(scope, ' '))) RETURNING id`,
  );
  for (const row of rows) {
    forget(row.id);
  }
}

/**
 * `POST oauth2/logout` (with the bearer) and `GET oauth2/logout` (with the cookie): ends the session, the apps it let
 * in, and the memory of the browser. Always succeeds.
 */
export async function logout(
  deps: AuthDependencies,
  request: Request,
  response: Response,
  forget: ForgetSession,
): Promise<void> {
  const bearer = /^Bearer +(\S+)$/i.exec(authorizationOf(request) ?? '')?.[1];
  const options = { issuer: deps.baseUrl, now: deps.clock() };
  const token = bearer ? await verifyAccessToken(deps.keys, bearer, options) : undefined;
  const cookie = cookieOf(request.get('cookie'));
  const browser = cookie ? await findByCookie(deps.database, hashOf(cookie), deps.clock()) : undefined;
  const ids = new Set([...(token && !token.bot ? [token.login_id] : []), ...(browser ? [browser.id] : [])]);
  for (const id of ids) {
    await endAppSessions(deps, id, forget);
    await end(deps, id, 'logout', forget);
  }
  forgetBrowser(deps, response);
  if (request.method === 'GET') {
    response.redirect(302, deps.loginPath);
    return;
  }
  response.json({});
}

/** The session that a token of either kind belongs to, for the client it was issued to. */
async function sessionOfToken(deps: AuthDependencies, token: string): Promise<string | undefined> {
  const options = { issuer: deps.baseUrl, now: deps.clock() };
  const access = await verifyAccessToken(deps.keys, token, options);
  return access && !access.bot ? access.login_id : (await findRefreshToken(deps.database, token))?.session;
}

/**
 * `POST oauth2/revoke`: ends the session of the token. Unknown tokens, and those of other clients, answer 200 as well.
 * @see https://www.rfc-editor.org/rfc/rfc7009
 */
export async function revoke(
  deps: AuthDependencies,
  request: Request,
  response: Response,
  { forget, authenticateClient }: { readonly forget: ForgetSession; readonly authenticateClient: AuthenticateClient },
): Promise<void> {
  const form = postedForm(request);
  const client = await authenticateClient(form, authorizationOf(request));
  if (!form.token) {
    throw new OAuthError('invalid_request', 'token is missing');
  }
  const id = await sessionOfToken(deps, form.token);
  const session = id ? await findSession(deps.database, id) : undefined;
  if (session && session.clientId === (client?.resource.id ?? '')) {
    await end(deps, session.id, 'revoked', forget);
  }
  response.status(200).json({});
}
