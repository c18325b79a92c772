import { knownScopes, resourceScopes } from '../access/index.ts';
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
function scopeOf(form: Form): string {
  if ((form.scope?.length ?? 0) > 8191) {
    throw new OAuthError('invalid_scope', 'The scope is too long');
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
  const scope = scopeOf(form);
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
      expiresAt: new Date(now.getTime() + MAX_ACCESS_TOKEN_SECONDS * 1000),
    },
    now,
  );
  deps.log({ event: 'auth.token-issued', session: session.id, tenant: session.tenant, grant: 'client_credentials' });
  return tokenResponse(deps, session, member);
}
