import type { AuthDependencies } from './auth-dependencies.ts';
import { isConfidential } from './client-application.ts';
import type { PresentedClient } from './client-authentication.ts';
import { findClient } from './find-resource.ts';
import { OAuthError } from './oauth-error.ts';
import { findRefreshToken } from './refresh-token.ts';
import { findSession } from './session.ts';

/**
 * The app whose session this is, where a request names no client: SMART's refresh by a public app is the token alone.
 * Undefined for the server's own sign-in. @throws OAuthError 401 invalid_client for an app that has to prove itself
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html#refresh-access-token
 */
export async function clientOfSession(deps: AuthDependencies, sessionId: string): Promise<PresentedClient | undefined> {
  const session = await findSession(deps.database, sessionId);
  const client = session?.clientId ? await findClient(deps.database, session.clientId) : undefined;
  if (client && isConfidential(client.resource)) {
    deps.log({ event: 'auth.client-refused', client: client.resource.id, reason: 'credentials' });
    throw new OAuthError('invalid_client', 'The client is unknown or its credentials are wrong');
  }
  return client && { ...client, proven: false };
}

/** The app that a refresh token was given to. @throws OAuthError 401 invalid_client */
export async function clientOfRefreshToken(
  deps: AuthDependencies,
  token: string | undefined,
): Promise<PresentedClient | undefined> {
  const stored = token ? await findRefreshToken(deps.database, token) : undefined;
  return stored && clientOfSession(deps, stored.session);
}
