import type { Request, Response } from 'express';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthenticateClient, Form } from './client-authentication.ts';
import { clientOfRefreshToken } from './client-of-session.ts';
import { isOriginOf } from './client-origins.ts';
import { authorizationOf, postedForm } from './form.ts';
import { authorizationCodeGrant, type ForgetSession } from './grant-authorization-code.ts';
import { clientCredentialsGrant } from './grant-client-credentials.ts';
import { refreshTokenGrant } from './grant-refresh-token.ts';
import { TOKEN_EXCHANGE, tokenExchangeGrant } from './grant-token-exchange.ts';
import { type Handler, originOf } from './http-answer.ts';
import { OAuthError } from './oauth-error.ts';
import { type Arrival, createRefreshesUnderWay } from './refreshes-under-way.ts';
import type { TokenResponse } from './token-response.ts';

/**
 * `POST oauth2/token`: one grant per file.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export function tokenEndpoint(
  deps: AuthDependencies,
  forget: ForgetSession,
  authenticateClient: AuthenticateClient,
): Handler {
  async function answer(request: Request, response: Response, form: Form, arrival: Arrival): Promise<void> {
    if (!form.grant_type) {
      throw new OAuthError('invalid_request', 'grant_type is missing');
    }
    const named = await authenticateClient(form, authorizationOf(request));
    const isRefresh = form.grant_type === 'refresh_token';
    const client = named ?? (isRefresh ? await clientOfRefreshToken(deps, form.refresh_token) : undefined);
    const origin = request.get('origin');
    if (client && origin !== undefined && !isOriginOf(deps, client.resource, origin)) {
      response.removeHeader('Access-Control-Allow-Origin');
      throw new OAuthError('unauthorized_client', 'The app is not registered for pages of this origin');
    }
    const answers: Readonly<Record<string, () => Promise<TokenResponse>>> = {
      authorization_code: () => authorizationCodeGrant(deps, form, client, forget),
      refresh_token: () => refreshTokenGrant(deps, form, client, { arrival, forget }),
      client_credentials: () => clientCredentialsGrant(deps, form, client),
      [TOKEN_EXCHANGE]: () => tokenExchangeGrant(deps, form, client, { origin: originOf(request), forget }),
    };
    const grant = Object.hasOwn(answers, form.grant_type) ? answers[form.grant_type] : undefined;
    if (!grant) {
      throw new OAuthError('unsupported_grant_type', `Use one of ${Object.keys(answers).join(', ')}`);
    }
    response.json(await grant());
  }
  const refreshes = createRefreshesUnderWay(deps.clock);
  return async (request, response) => {
    const form = postedForm(request);
    await refreshes.run(form.refresh_token ?? '', (arrival) => answer(request, response, form, arrival));
  };
}
