import { OperationOutcomeError } from '@medplum/core';
import type { ProjectMembership } from '@medplum/fhirtypes';
import { isScopeWithin, knownScopes, resourceScopes } from '../access/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Form, PresentedClient } from './client-authentication.ts';
import { type ClientProvider, claimsByToken, providerOfClient } from './client-provider.ts';
import { type NamedPerson, namedPerson } from './client-provider-member.ts';
import { factorDemand } from './factor-demand.ts';
import type { Found } from './find-resource.ts';
import { type ForgetSession, firstTokens } from './grant-authorization-code.ts';
import { MAX_SCOPE_LENGTH } from './login-request.ts';
import { OAuthError } from './oauth-error.ts';
import type { Origin } from './origin.ts';
import { closeSignIn, endSession, type Session } from './session.ts';
import { bindMembership } from './sign-in.ts';
import { needsEncounter, needsPatient } from './smart-launch.ts';
import { startSignIn } from './start-sign-in.ts';
import type { TokenResponse } from './token-response.ts';

/** @see https://www.rfc-editor.org/rfc/rfc8693#section-2.1 */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const refused = (): OAuthError =>
  new OAuthError('invalid_grant', 'The token of the other provider was not accepted, or names no member of the clinic');

/**
 * What the app gets: what it asks for, if the clinic agreed to it beforehand (`defaultScope` of the client), and all of that
 * when it names nothing. Nobody is there to be asked. @throws OAuthError 400 invalid_scope
 */
function scopeOf({ scope: asked }: Form, { resource }: PresentedClient): string {
  if ((asked?.length ?? 0) > MAX_SCOPE_LENGTH) {
    throw new OAuthError('invalid_scope', 'The scope is too long');
  }
  const agreed = knownScopes((resource.defaultScope ?? []).join(' ')).filter((one) => !one.startsWith('system/'));
  if (asked === undefined) {
    return agreed.length > 0 ? agreed.join(' ') : 'openid profile';
  }
  const scopes = knownScopes(asked);
  const isMore = resourceScopes(asked).length > 0 || scopes.includes('offline_access');
  if (isMore && !scopes.every((one) => one === 'openid' || agreed.some((wide) => isScopeWithin(one, wide)))) {
    throw new OAuthError('invalid_scope', 'The scope is wider than what this client was registered for');
  }
  return scopes.join(' ');
}

/** The token that was given, at the client's own provider. @throws OAuthError 400 */
function subjectOf(form: Form, client: PresentedClient | undefined): { provider: ClientProvider; token: string } {
  const provider = client && providerOfClient(client.resource);
  if (!provider?.userInfoUrl) {
    throw new OAuthError('unauthorized_client', 'The client has no identity provider whose tokens are taken');
  }
  if (!form.subject_token || form.subject_token_type !== ACCESS_TOKEN) {
    throw new OAuthError('invalid_request', `subject_token must be there, of the type ${ACCESS_TOKEN}`);
  }
  return { provider, token: form.subject_token };
}

function chosen({ memberships }: NamedPerson, id: string | undefined): Found<ProjectMembership> {
  const [only, ...others] = id ? memberships.filter(({ resource }) => resource.id === id) : memberships;
  if (!only) {
    throw refused();
  }
  if (others.length > 0) {
    throw new OAuthError('invalid_request', 'The person has several memberships: name one as membership_id');
  }
  return only;
}

/** Nobody can be asked for anything: what a sign-in page would ask for is lacking. @throws OAuthError 400 */
async function checkComplete(deps: AuthDependencies, session: Session): Promise<void> {
  if (await factorDemand(deps, session)) {
    throw new OAuthError('invalid_grant', 'This person needs a second factor, and signs in at the sign-in page');
  }
  if (needsPatient(session) || needsEncounter(session)) {
    throw new OAuthError('invalid_scope', 'The scope needs a patient in context, and nobody can choose one');
  }
}

/**
 * Exchanges an access token of the identity provider that a client brings along for one of this server. The person is a
 * member of the client's clinic; who must show a second factor gets nothing this way.
 * @throws OAuthError 400
 * @see https://www.rfc-editor.org/rfc/rfc8693
 * @see MedplumClient.exchangeExternalAccessToken
 */
export async function tokenExchangeGrant(
  deps: AuthDependencies,
  form: Form,
  client: PresentedClient | undefined,
  { origin, forget }: { readonly origin: Origin; readonly forget: ForgetSession },
): Promise<TokenResponse> {
  const { provider, token } = subjectOf(form, client);
  const app = client as PresentedClient;
  const scope = scopeOf(form, app);
  const claims = await claimsByToken(deps, provider, token).catch(() => undefined);
  const person = claims && (await namedPerson(deps, app, provider, claims));
  if (!person) {
    deps.log({ event: 'auth.sign-in-refused', reason: 'external' });
    throw refused();
  }
  const membership = chosen(person, form.membership_id);
  const asked = { client: app, scope, codeChallenge: '', redirectUri: '', launch: '', nonce: '', consentNeeded: false };
  const named = { userId: person.user.id, authMethod: 'exchange', homeTenant: app.tenant };
  const begun = await startSignIn(deps, asked, named, origin);
  await closeSignIn(deps.database, begun.id, deps.clock());
  try {
    const session = await bindMembership(deps, begun, membership);
    await checkComplete(deps, session);
    deps.log({ event: 'auth.signed-in', session: session.id, tenant: session.tenant, method: session.authMethod });
    return await firstTokens(deps, session, { grant: 'token-exchange', forget });
  } catch (error) {
    await endSession(deps.database, begun.id, deps.clock());
    throw error instanceof OperationOutcomeError ? refused() : error;
  }
}
