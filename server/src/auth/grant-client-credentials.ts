import { isScopeWithin, knownScopes, resourceScopes } from '../access/index.ts';
import { MAX_ACCESS_TOKEN_SECONDS } from './access-token.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Form, PresentedClient } from './client-authentication.ts';
import { findMemberships } from './find-resource.ts';
import { loadMember } from './member.ts';
import { OAuthError } from './oauth-error.ts';
import { beginSession } from './session.ts';
import { type TokenResponse, tokenResponse } from './token-response.ts';

/**
 * The scope a client gets for itself. Without one, its membership's policy alone decides. Scopes on records need a key
 * pair: a secret never opens `system/`.
 * @throws OAuthError 400 invalid_scope
 */
function scopeOf(form: Form, client: PresentedClient): string {
  if ((form.scope?.length ?? 0) > 8191) {
    throw new OAuthError('invalid_scope', 'The scope is too long');
  }
  if (client.provenBy === 'key') {
    return systemScope(form.scope, client.resource.defaultScope ?? []);
  }
  const scopes = knownScopes(form.scope ?? '');
  if (resourceScopes(scopes.join(' ')).length > 0) {
    throw new OAuthError(
      'invalid_scope',
      'Scopes on records are not granted to a client that proves itself with a secret',
    );
  }
  return scopes.filter((scope) => scope === 'openid' || scope === 'profile').join(' ');
}

/**
 * What a backend service gets: what it asks for, if all of it was agreed to beforehand (`defaultScope` of its
 * registration), and all that was agreed to when it names nothing. @throws OAuthError 400 invalid_scope
 * @see https://hl7.org/fhir/smart-app-launch/backend-services.html#scopes
 */
function systemScope(asked: string | undefined, agreed: readonly string[]): string {
  const preAuthorised = knownScopes(agreed.join(' ')).filter((scope) => scope.startsWith('system/'));
  if (asked === undefined) {
    return preAuthorised.join(' ');
  }
  const scopes = asked.split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0 || !scopes.every((scope) => preAuthorised.some((wide) => isScopeWithin(scope, wide)))) {
    throw new OAuthError('invalid_scope', 'The scope is wider than what this client was registered for');
  }
  return [...new Set(scopes)].join(' ');
}

/** Tokens of backend services are short: the key can always get another. */
const BACKEND_SECONDS = 300;

/**
 * Gives a client a token of its own, without a refresh token.
 * @throws OAuthError 401 invalid_client when it has not proven itself or has no membership, 400 invalid_scope
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export async function clientCredentialsGrant(
  deps: AuthDependencies,
  form: Form,
  client: PresentedClient | undefined,
): Promise<TokenResponse> {
  if (!client?.proven) {
    throw new OAuthError('invalid_client', 'The client is unknown or its credentials are wrong');
  }
  const scope = scopeOf(form, client);
  const seconds = client.provenBy === 'key' ? BACKEND_SECONDS : MAX_ACCESS_TOKEN_SECONDS;
  const memberships = await findMemberships(deps.database, `ClientApplication/${client.resource.id}`);
  const own = memberships.find((entry) => entry.tenant === client.tenant);
  const member = own && (await loadMember(deps.database, own.tenant, own.resource.id));
  if (!own || !member) {
    throw new OAuthError('invalid_client', 'The client has no membership in its project');
  }
  const now = deps.clock();
  const session = await beginSession(
    deps.database,
    {
      userType: 'ClientApplication',
      userId: client.resource.id,
      tenant: own.tenant,
      membership: own.resource.id,
      clientId: client.resource.id,
      clientTenant: client.tenant,
      authMethod: 'client',
      scope,
      expiresAt: new Date(now.getTime() + seconds * 1000),
    },
    now,
  );
  deps.log({ event: 'auth.token-issued', session: session.id, tenant: session.tenant, grant: 'client_credentials' });
  return tokenResponse(deps, session, member, { seconds });
}
