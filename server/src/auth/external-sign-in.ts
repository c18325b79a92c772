import type { Project } from '@medplum/fhirtypes';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { CALLBACK_PATH } from './external-admin.ts';
import { accountOf, EXTERNAL_IDENTITY, type ExternalIdentity } from './external-identity.ts';
import { oidcAddress, oidcIdentity } from './external-oidc.ts';
import { samlAddress, samlIdentity } from './external-saml.ts';
import { keepExternalSession } from './external-session.ts';
import { type ExternalSignIn, keepSignIn, nameIdentity, takeUpSignIn, waitingSignIn } from './external-store.ts';
import { findById } from './find-resource.ts';
import { formOf } from './form.ts';
import { originOf } from './http-answer.ts';
import { findProvider, findProviderByEmail, type IdentityProvider } from './identity-provider.ts';
import { checkLoginRequest, LOGIN_REQUEST } from './login-request.ts';
import { openSecret } from './sealed.ts';
import { newSecret } from './secrets.ts';
import { nextStep } from './sign-in.ts';
import { startSignIn } from './start-sign-in.ts';

/** `POST auth/external/start`: as `auth/login`, with the provider and the page's own query string. */
export const EXTERNAL_START = LOGIN_REQUEST.extend({
  provider: z.string().min(1).max(64),
  search: z.string().max(8192).default(''),
});
const KEPT = EXTERNAL_START.omit({ provider: true });

/** `POST auth/method`. */
export const SIGN_IN_METHOD = z.object({ email: z.string().max(320).optional() });

const COOKIE = 'mindbridge_external';
const cookieOptions = ({ baseUrl }: AuthDependencies) =>
  ({ httpOnly: true, sameSite: 'lax', secure: baseUrl.startsWith('https://'), path: '/auth/external' }) as const;

/** How somebody with this address signs in: at the provider of the address's domain, where there is one. It says nothing of accounts. */
export async function signInMethod(
  { database }: AuthDependencies,
  { email }: z.infer<typeof SIGN_IN_METHOD>,
): Promise<unknown> {
  const found = email ? await findProviderByEmail(database, email) : undefined;
  return found ? { provider: { id: found.id, name: found.name, kind: found.kind } } : {};
}

async function addressOf(
  deps: AuthDependencies,
  provider: IdentityProvider,
  secrets: { readonly state: string; readonly nonce: string; readonly verifier: string },
): Promise<{ readonly redirect: string; readonly nonce: string }> {
  if (provider.kind === 'saml') {
    const { redirect, requestId } = await samlAddress(deps, provider, secrets.state);
    return { redirect, nonce: requestId };
  }
  const binding = { ...secrets, redirectUri: `${deps.baseUrl}${CALLBACK_PATH}` };
  return { redirect: await oidcAddress(deps, provider, binding), nonce: secrets.nonce };
}

/** Sends a person to a provider of the clinic. @throws FhirError 400 */
export async function startExternal(
  deps: AuthDependencies,
  { provider: providerId, ...request }: z.infer<typeof EXTERNAL_START>,
  response: Response,
): Promise<{ readonly redirect: string }> {
  const { client } = await checkLoginRequest(deps, request);
  const provider = await findProvider(deps.database, providerId);
  if (!provider || (client && client.tenant !== 0 && client.tenant !== provider.tenant)) {
    throw invalid('provider-unknown', 'This provider is not one of the clinic', 'provider');
  }
  const [state, cookie, verifier] = [newSecret(), newSecret(), newSecret()];
  const { redirect, nonce } = await addressOf(deps, provider, { state, nonce: newSecret(), verifier }).catch(
    (error: unknown) => {
      deps.log({ event: 'auth.failed', requestId: `provider ${provider.id}`, error });
      throw invalid('provider-silent', 'The provider does not answer. Try again, or sign in another way.');
    },
  );
  const sealed = await deps.secrets.seal(provider.tenant, state, Buffer.from(verifier));
  const kept = {
    tenant: provider.tenant,
    provider: provider.id,
    request: JSON.stringify(request),
    nonce,
    verifier: sealed,
  };
  await keepSignIn(deps.database, { state, cookie }, kept, deps.clock());
  response.cookie(COOKIE, cookie, { ...cookieOptions(deps), maxAge: 10 * 60_000 });
  return { redirect };
}

function cookieIn(request: Request): string {
  return new RegExp(`(?:^|; *)${COOKIE}=([^;]+)`).exec(request.get('cookie') ?? '')?.[1] ?? '';
}

/** Back to the sign-in page; what became of it stands behind the `#`, which no server sees. */
export function backToPage(deps: AuthDependencies, response: Response, search: string, hash: string): void {
  const page = new URL(deps.loginPath, deps.baseUrl);
  page.search = search;
  page.hash = hash;
  response.clearCookie(COOKIE, cookieOptions(deps));
  response.redirect(303, page.toString());
}

/** Goes on with a sign-in whose person has been named: her account, and a session that leads to this clinic only. */
async function signInAs(
  deps: AuthDependencies,
  request: Request,
  { tenant, provider: id, request: asked }: ExternalSignIn,
  identity: ExternalIdentity,
): Promise<string> {
  const provider = await findProvider(deps.database, id);
  const clinic = await deps.tenants.find(tenant);
  const project = clinic && (await findById<Project>(deps.database, tenant, 'Project', clinic.projectId));
  const user = provider && project && (await accountOf(deps, provider, project, identity));
  if (!user) {
    deps.log({ event: 'auth.sign-in-refused', reason: 'no-membership' });
    throw new Error('Nobody here is named so');
  }
  const checked = await checkLoginRequest(deps, KEPT.parse(JSON.parse(asked)));
  const now = deps.clock();
  const factor = provider.secondFactor ? ({ mfaAt: now, mfaMethod: 'external' } as const) : {};
  const person = { userId: user.id, authMethod: 'external', homeTenant: tenant, ...factor };
  const session = await startSignIn(deps, checked, person, originOf(request));
  if (identity.name) {
    await keepExternalSession(deps, { session: session.id, tenant, provider: id, name: identity.name });
  }
  await nextStep(deps, session);
  return session.id;
}

async function finished(
  deps: AuthDependencies,
  request: Request,
  response: Response,
  identify: (signIn: ExternalSignIn, state: string) => Promise<ExternalIdentity>,
): Promise<void> {
  const state = formOf(request.query).state ?? '';
  const signIn = await takeUpSignIn(deps.database, { state, cookie: cookieIn(request) }, deps.clock());
  const search = signIn ? KEPT.parse(JSON.parse(signIn.request)).search : '';
  try {
    if (!signIn) {
      throw new Error('No sign-in of this browser is under way');
    }
    const login = await signInAs(deps, request, signIn, await identify(signIn, state));
    backToPage(deps, response, search, `login=${login}`);
  } catch {
    deps.log({ event: 'auth.sign-in-refused', reason: 'external' });
    backToPage(deps, response, search, 'error=external-refused');
  }
}

/** `GET auth/external/callback`: back from a provider that speaks OpenID Connect. */
export function oidcCallback(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  return finished(deps, request, response, async ({ provider: id, nonce, verifier }, state) => {
    const provider = await findProvider(deps.database, id);
    if (provider?.kind !== 'oidc') {
      throw new Error('The provider is gone');
    }
    const redirectUri = `${deps.baseUrl}${CALLBACK_PATH}`;
    const address = new URL(request.originalUrl, deps.baseUrl);
    const opened = await openSecret(deps, provider.tenant, state, verifier);
    const binding = { redirectUri, state, nonce, verifier: opened.toString() };
    return oidcIdentity(deps, provider, address, binding);
  });
}

/**
 * `POST auth/external/saml`: the answer of a SAML provider. The browser posts it from there, without our cookie; so it is
 * verified and kept, and the browser is sent to fetch it.
 */
export async function samlAnswer(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  const { SAMLResponse: answer = '', RelayState: state = '' } = formOf(request.body);
  const signIn = await waitingSignIn(deps.database, state, deps.clock());
  const provider = signIn && (await findProvider(deps.database, signIn.provider));
  try {
    if (!signIn || provider?.kind !== 'saml') {
      throw new Error('No sign-in waits for this answer');
    }
    const identity = await samlIdentity(deps, provider, { response: answer, requestId: signIn.nonce });
    if (!(await nameIdentity(deps.database, state, JSON.stringify(identity)))) {
      throw new Error('This sign-in has its answer');
    }
    response.redirect(303, `/auth/external/finish?${new URLSearchParams({ state })}`);
  } catch {
    deps.log({ event: 'auth.sign-in-refused', reason: 'external' });
    backToPage(deps, response, '', 'error=external-refused');
  }
}

/** `GET auth/external/finish`: the browser fetches what the SAML provider said. */
export function samlFinish(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  return finished(deps, request, response, async ({ identity }) =>
    EXTERNAL_IDENTITY.parse(JSON.parse(identity ?? 'null')),
  );
}
