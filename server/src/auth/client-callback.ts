import type { Request, Response } from 'express';
import type { z } from 'zod';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { claimsByCode, providerOfClient } from './client-provider.ts';
import { namedPerson } from './client-provider-member.ts';
import { backToPage } from './external-sign-in.ts';
import { formOf } from './form.ts';
import { originOf, parseBody } from './http-answer.ts';
import { type CheckedLoginRequest, checkLoginRequest, LOGIN_REQUEST } from './login-request.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { startSignIn } from './start-sign-in.ts';

/** Where the provider that a client brings along sends the browser back to. */
export const CLIENT_CALLBACK = '/auth/external';

/** MedplumClient hands its whole login request on as `state`. */
const STATE = LOGIN_REQUEST.required({ clientId: true, redirectUri: true });

function stateOf(text: string | undefined): z.infer<typeof STATE> {
  try {
    return parseBody(STATE, JSON.parse(text ?? ''));
  } catch {
    throw invalid('state-invalid', 'The state is not the login request that was sent', 'state');
  }
}

/** What the sign-in page goes on with where something is still to be asked. */
function pageSearch(asked: z.infer<typeof STATE>): string {
  const query = {
    response_type: 'code',
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    scope: asked.scope,
    nonce: asked.nonce,
    code_challenge: asked.codeChallenge,
    code_challenge_method: 'S256',
  };
  const there = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(there).toString();
}

async function signInBy(
  deps: AuthDependencies,
  request: Request,
  { client, ...checked }: CheckedLoginRequest,
  code: string,
): Promise<SignInAnswer> {
  const provider = client && providerOfClient(client.resource);
  if (!client || !provider?.tokenUrl) {
    throw new Error('The client has no identity provider');
  }
  const claims = await claimsByCode(deps, provider, { code, redirectUri: `${deps.baseUrl}${CLIENT_CALLBACK}` });
  const person = await namedPerson(deps, client, provider, claims);
  if (!person) {
    throw new Error('Nobody here is named so');
  }
  const named = { userId: person.user.id, authMethod: 'external', homeTenant: client.tenant };
  return nextStep(deps, await startSignIn(deps, { client, ...checked }, named, originOf(request)));
}

/**
 * `GET auth/external`: back from the provider that a client brings along. What was asked for comes as `state` from the
 * browser and is believed no more than any login request: the redirect URI is one that the client has registered, and the
 * code is bound to the challenge, so that nobody can finish in another browser what was begun in his own. Where nothing is
 * left to ask the browser goes straight to the app, else to the sign-in page.
 * @throws FhirError 400 without a redirect for a client or redirect URI that is not registered
 * @see MedplumClient.signInWithExternalAuth
 */
export async function clientCallback(deps: AuthDependencies, request: Request, response: Response): Promise<void> {
  const { code, state } = formOf(request.query);
  const asked = stateOf(state);
  const checked = await checkLoginRequest(deps, asked);
  try {
    const answer = await signInBy(deps, request, checked, code ?? '');
    if (answer.code === undefined) {
      backToPage(deps, response, pageSearch(asked), `login=${answer.login}`);
      return;
    }
    const back = new URL(checked.redirectUri);
    back.searchParams.set('login', answer.login);
    back.searchParams.set('code', answer.code);
    back.searchParams.set('iss', deps.baseUrl);
    response.redirect(303, back.toString());
  } catch {
    deps.log({ event: 'auth.sign-in-refused', reason: 'external' });
    backToPage(deps, response, pageSearch(asked), 'error=external-refused');
  }
}
