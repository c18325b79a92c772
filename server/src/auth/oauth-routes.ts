import { authorize } from './authorize.ts';
import { BRANDS_PATH, brands } from './brands.ts';
import { openidConfiguration, SMART_STYLE, smartConfiguration } from './discovery.ts';
import type { DoorMaker, Route } from './door.ts';
import { logout, revoke } from './end-session.ts';
import { introspect } from './introspect.ts';
import { registerClient } from './register-client.ts';
import { tokenEndpoint } from './token-endpoint.ts';
import { userinfo } from './userinfo.ts';

/** The doors of OAuth, OpenID Connect and SMART. */
export function oauthRoutes(make: DoorMaker): Route[] {
  const { deps, authenticator, authenticateClient, forget, fhir, oauth, document } = make;
  const both = ['get', 'post'] as const;
  return [
    ...both.map((method) =>
      oauth(method, '/oauth2/authorize', (request, response) => authorize(deps, request, response)),
    ),
    oauth('post', '/oauth2/token', tokenEndpoint(deps, forget, authenticateClient)),
    oauth('post', '/oauth2/introspect', introspect(deps, authenticator, authenticateClient)),
    oauth('post', '/oauth2/revoke', (request, response) =>
      revoke(deps, request, response, { forget, authenticateClient }),
    ),
    oauth('post', '/oauth2/register', (request, response) => registerClient(deps, request, response)),
    ...both.map((method) =>
      fhir(method, '/oauth2/logout', (request, response) => logout(deps, request, response, forget)),
    ),
    ...both.map((method) =>
      fhir(method, '/oauth2/userinfo', async (request, response) => {
        response.json(await userinfo(deps, await authenticator.authenticate(request)));
      }),
    ),
    document('/.well-known/jwks.json', () => deps.keys.jwks),
    document('/.well-known/retired-jwks.json', () => deps.keys.retiredJwks),
    document('/.well-known/openid-configuration', () => openidConfiguration(deps)),
    document('/.well-known/oauth-authorization-server', () => openidConfiguration(deps)),
    document('/.well-known/smart-configuration', () => smartConfiguration(deps)),
    document('/fhir/R4/.well-known/smart-configuration', () => smartConfiguration(deps)),
    fhir('get', BRANDS_PATH, (request, response) => brands(deps, request, response)),
    document('/.well-known/smart-style.json', () => SMART_STYLE),
  ];
}
