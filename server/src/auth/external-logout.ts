import type { Request, Response } from 'express';
import { sql } from '../database/index.ts';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { linkedUserId } from './external-identity.ts';
import { type SamlLogoutMessage, samlLogout, samlLogoutAddress } from './external-saml.ts';
import { cameBack, findExternalSession, leaveFor } from './external-session.ts';
import { formOf } from './form.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { findProvider, type IdentityProvider } from './identity-provider.ts';
import { newSecret } from './secrets.ts';

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
 * Where the browser goes to sign out at the provider at which one of these sessions began, before it goes on to `after`;
 * undefined when there is none, or it is not to be told.
 */
export async function leaveProvider(
  deps: AuthDependencies,
  sessions: readonly string[],
  after: string,
): Promise<string | undefined> {
  const found = await findExternalSession(deps, sessions);
  const provider = found && (await findProvider(deps.database, found.provider));
  if (provider?.kind !== 'saml' || !found) {
    return undefined;
  }
  const relay = newSecret();
  const address = await samlLogoutAddress(deps, provider, { name: found.name, relay });
  if (address !== undefined) {
    await leaveFor(deps.database, found.session, { relay, after });
  }
  return address;
}

/**
 * `auth/external/saml/:provider/logout`: messages about the end of sessions at a provider, which the browser brings. An answer
 * to ours ends nothing and is believed in nothing: the secret that comes with it says where the browser goes on.
 * @throws FhirError 400 in the same words whatever is wrong with the message
 */
export async function samlLogoutMessage(
  deps: AuthDependencies,
  request: Request,
  response: Response,
  forget: ForgetSession,
): Promise<void> {
  const message =
    request.method === 'GET'
      ? { form: formOf(request.query), query: request.originalUrl.split('?')[1] ?? '' }
      : { form: formOf(request.body) };
  const { SAMLResponse, RelayState = '' } = message.form;
  if (SAMLResponse === undefined) {
    await samlLogoutRequest(deps, { provider: String(request.params.providerId), message }, response, forget);
    return;
  }
  const after = await cameBack(deps.database, String(request.params.providerId), RelayState);
  if (after === undefined) {
    throw invalid('logout-invalid', 'Nobody waits here for this answer of a provider');
  }
  response.redirect(303, after);
}

/** Somebody signed out at her clinic's provider, and so signs out here. The browser goes back there with the answer. */
async function samlLogoutRequest(
  deps: AuthDependencies,
  asked: { readonly provider: string; readonly message: SamlLogoutMessage },
  response: Response,
  forget: ForgetSession,
): Promise<void> {
  const provider = await findProvider(deps.database, asked.provider);
  const logout = provider?.kind === 'saml' && (await samlLogout(deps, provider, asked.message).catch(() => undefined));
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
