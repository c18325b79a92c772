import type { Request, Response } from 'express';
import { sql } from '../database/index.ts';
import { readIdTokenHint, verifyAccessToken } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { redirectUris } from './client-application.ts';
import type { AuthenticateClient, Form } from './client-authentication.ts';
import { clientOfSession } from './client-of-session.ts';
import { leaveProvider } from './external-logout.ts';
import { findClient } from './find-resource.ts';
import { authorizationOf, formOf, postedForm } from './form.ts';
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

/** Where an app wants the person after the sign-out: an address it has registered, else the sign-in page. */
async function afterLogout(deps: AuthDependencies, form: Form, audience: string | undefined): Promise<string> {
  const { post_logout_redirect_uri: uri, state } = form;
  const client = await findClient(deps.database, form.client_id ?? audience ?? '');
  if (!uri || !client || !redirectUris(client.resource).includes(uri)) {
    return deps.loginPath;
  }
  const address = new URL(uri);
  if (state) {
    address.searchParams.set('state', state);
  }
  return address.toString();
}

/**
 * `POST oauth2/logout` (with the bearer) and `GET oauth2/logout` (with the cookie, or an ID token as an app has it): ends the
 * session, the apps it let in, and the memory of the browser. Who signed in by SAML is sent to sign out at the provider too;
 * a page that posts is told where (`redirect`). Always succeeds.
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
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
  const form = formOf(request.method === 'GET' ? request.query : request.body);
  const hint = form.id_token_hint ? await readIdTokenHint(deps.keys, form.id_token_hint, deps.baseUrl) : undefined;
  const byToken = token && !token.bot ? [token.login_id] : [];
  const ids = new Set([...byToken, ...(browser ? [browser.id] : []), ...(hint ? [hint.sid] : [])]);
  for (const id of ids) {
    await endAppSessions(deps, id, forget);
    await end(deps, id, 'logout', forget);
  }
  forgetBrowser(deps, response);
  const after = await afterLogout(deps, form, hint?.aud);
  const atProvider = await leaveProvider(deps, [...ids], after);
  if (request.method === 'GET' || form.id_token_hint) {
    response.redirect(302, atProvider ?? after);
    return;
  }
  response.json(atProvider ? { redirect: atProvider } : {});
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
  const named = await authenticateClient(form, authorizationOf(request));
  if (!form.token) {
    throw new OAuthError('invalid_request', 'token is missing');
  }
  const id = await sessionOfToken(deps, form.token);
  const session = id ? await findSession(deps.database, id) : undefined;
  const client = named ?? (session && (await clientOfSession(deps, session.id)));
  if (session && session.clientId === (client?.resource.id ?? '')) {
    await end(deps, session.id, 'revoked', forget);
  }
  response.status(200).json({});
}
