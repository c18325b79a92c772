import type { Request, Response } from 'express';
import { sql } from '../database/index.ts';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { linkedUserId } from './external-identity.ts';
import { samlLogout } from './external-saml.ts';
import { formOf } from './form.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { findProvider, type IdentityProvider } from './identity-provider.ts';

/** Ends what somebody began by signing in at the provider, and the apps that were let in by it. */
async function endSessions(
  deps: AuthDependencies,
  { tenant }: IdentityProvider,
  userId: string,
  forget: ForgetSession,
): Promise<void> {
  const rows = await deps.database.query<{ id: string }>(
    sql`UPDATE session SET revoked_at = ${deps.clock()}, cookie_hash = NULL
      WHERE user_id = ${userId} AND home_tenant = ${tenant} AND auth_method = 'external' AND revoked_at IS NULL
        AND NOT (client_id <> '' AND 'offline_access' = ANY(string_to_array(scope, ' '))) RETURNING id`,
  );
  for (const { id } of rows) {
    forget(id);
    deps.log({ event: 'auth.session-ended', session: id, reason: 'provider' });
  }
}

/**
 * `POST auth/external/saml/:provider/logout`: somebody signed out at her clinic's provider, and so signs out here. The
 * browser goes back to the provider with the answer.
 * @throws FhirError 400 in the same words whatever is wrong with the request
 */
export async function samlLogoutRequest(
  deps: AuthDependencies,
  request: Request,
  response: Response,
  forget: ForgetSession,
): Promise<void> {
  const provider = await findProvider(deps.database, String(request.params.providerId));
  const { SAMLRequest = '', RelayState = '' } = formOf(request.body);
  const asked = { request: SAMLRequest, relayState: RelayState };
  const logout = provider?.kind === 'saml' && (await samlLogout(deps, provider, asked).catch(() => undefined));
  if (!provider || !logout) {
    deps.log({ event: 'auth.sign-in-refused', reason: 'external' });
    throw invalid('logout-invalid', 'This is no logout request of a provider that is known here');
  }
  const userId = await linkedUserId(deps.database, provider, logout.subject);
  if (userId) {
    await endSessions(deps, provider, userId, forget);
  }
  response.redirect(303, logout.redirect);
}
