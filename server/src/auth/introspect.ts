import { type AccessTokenClaims, verifyAccessToken } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { Authenticator } from './authenticate.ts';
import type { AuthenticateClient, PresentedClient } from './client-authentication.ts';
import { authorizationOf, postedForm } from './form.ts';
import type { Handler } from './http-answer.ts';
import { OAuthError } from './oauth-error.ts';
import { findSession } from './session.ts';
import { launchPart } from './token-response.ts';

/** May the client know of this token? A clinic's of all tokens of its clinic; one of the platform, open to all, of its own. */
function mayKnow(client: PresentedClient, claims: AccessTokenClaims, state: AuthState): boolean {
  return client.tenant === 0 ? claims.client_id === client.resource.id : state.context.tenant === client.tenant;
}

/**
 * `POST oauth2/introspect`: for clients that prove themselves, about tokens of their own tenant only; everything else is
 * inactive.
 * @see https://www.rfc-editor.org/rfc/rfc7662
 */
export function introspect(
  deps: AuthDependencies,
  authenticator: Authenticator,
  authenticateClient: AuthenticateClient,
): Handler {
  return async (request, response) => {
    const form = postedForm(request);
    const client = await authenticateClient(form, authorizationOf(request));
    if (!client?.proven) {
      throw new OAuthError('invalid_client', 'The client is unknown or its credentials are wrong');
    }
    const token = form.token ?? '';
    const claims = await verifyAccessToken(deps.keys, token, { issuer: deps.baseUrl, now: deps.clock() });
    const state = claims
      ? await authenticator.authenticate({ headers: { authorization: `Bearer ${token}` } }).catch(() => undefined)
      : undefined;
    if (!claims || !state || !mayKnow(client, claims, state)) {
      response.json({ active: false });
      return;
    }
    const session = state.sessionId ? await findSession(deps.database, state.sessionId) : undefined;
    response.json({
      active: true,
      scope: state.scope,
      client_id: claims.client_id ?? '',
      token_type: 'Bearer',
      exp: claims.exp,
      iss: deps.baseUrl,
      aud: `${deps.baseUrl}/fhir/R4`,
      sub: claims.sub,
      jti: claims.jti,
      fhirUser: `${deps.baseUrl}/fhir/R4/${state.profileReference}`,
      ...(session && (await launchPart(deps, session, state))),
    });
  };
}
