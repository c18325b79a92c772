import { randomUUID } from 'node:crypto';
import type { ClientApplication } from '@medplum/fhirtypes';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ASSERTION_TYPE } from './auth/client-assertion.ts';
import { inlineJwks } from './auth/client-keys.ts';
import { pkce } from './auth/testing.ts';
import type { TestPerson } from './person-testing.ts';
import type { TestClinic, TestServer } from './testing.ts';

/** An answer with its body as an object. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** An app of another house, registered in a clinic. */
export interface SmartApp {
  readonly id: string;
  readonly redirectUri: string;
}

const REDIRECT = 'https://app.example/callback';

async function answerOf(response: Response): Promise<JsonAnswer> {
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, body };
}

/** Posts JSON to a path of a server. */
export async function postJson(
  server: TestServer,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  return answerOf(
    await fetch(`${server.baseUrl}${path}`, { ...init, headers: { 'content-type': 'application/json', ...headers } }),
  );
}

/** Posts a form to a path of a server. */
export async function postForm(
  server: TestServer,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const body = new URLSearchParams(fields);
  return answerOf(await fetch(`${server.baseUrl}${path}`, { method: 'POST', body, headers, redirect: 'manual' }));
}

/** Gets a path of a server. */
export async function getJson(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  return answerOf(await fetch(`${server.baseUrl}${path}`, { headers, redirect: 'manual' }));
}

/** Registers an app of another house. */
export async function smartApp(
  server: TestServer,
  clinic: TestClinic,
  more: Partial<ClientApplication> = {},
): Promise<SmartApp> {
  const { id } = await server.house.systemRepository(clinic.tenant).createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'App of another house',
    redirectUris: [REDIRECT],
    ...more,
  });
  return { id, redirectUri: REDIRECT };
}

/** What a sign-in to an app asks for, and how the person answers. */
export interface SmartRequest {
  readonly scope: string;
  readonly launch?: string;
  readonly nonce?: string;
  /** Whom the person chooses where she is asked. */
  readonly patient?: string;
  readonly encounter?: string;
  /** What she agrees to; all that was asked when absent. */
  readonly agreed?: string;
}

/** Signs a person in to an app, step by step, up to the last answer. */
export async function signInTo(
  server: TestServer,
  person: TestPerson,
  app: SmartApp,
  request: SmartRequest,
): Promise<{ readonly answer: JsonAnswer; readonly verifier: string }> {
  const { verifier, challenge } = pkce();
  const { scope, launch, nonce } = request;
  let answer = await postJson(server, '/auth/login', {
    email: person.email,
    password: person.password,
    clientId: app.id,
    redirectUri: app.redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    scope,
    launch,
    nonce,
  });
  const { login } = answer.body;
  if (answer.body.patientNeeded && request.patient) {
    answer = await postJson(server, '/auth/patient', { login, patient: request.patient });
  }
  if (answer.body.encounterNeeded && request.encounter) {
    answer = await postJson(server, '/auth/encounter', { login, encounter: request.encounter });
  }
  const consent = answer.body.consent as { readonly scope: string } | undefined;
  if (consent) {
    answer = await postJson(server, '/auth/scope', { login, scope: request.agreed ?? consent.scope });
  }
  return { answer, verifier };
}

/** Exchanges a code as the app. */
export function exchangeCode(server: TestServer, app: SmartApp, code: unknown, verifier: string): Promise<JsonAnswer> {
  return postForm(server, '/oauth2/token', {
    grant_type: 'authorization_code',
    code: String(code),
    code_verifier: verifier,
    client_id: app.id,
    redirect_uri: app.redirectUri,
  });
}

/** Signs a person in to an app, up to the answer of the token endpoint. */
export async function smartTokens(
  server: TestServer,
  person: TestPerson,
  app: SmartApp,
  request: SmartRequest,
): Promise<JsonAnswer> {
  const { answer, verifier } = await signInTo(server, person, app, request);
  return exchangeCode(server, app, answer.body.code, verifier);
}

/** Gives a backend service, known by its key, a token for itself. */
export async function backendTokens(server: TestServer, clinic: TestClinic, scope: string): Promise<JsonAnswer> {
  const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true });
  const repository = server.house.systemRepository(clinic.tenant);
  const { id } = await repository.createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'Backend',
    jwksUri: inlineJwks({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES384' }] }),
    defaultScope: scope.split(' '),
  });
  const self = { reference: `ClientApplication/${id}` };
  const project = { reference: `Project/${clinic.projectId}` };
  await repository.createResource({ resourceType: 'ProjectMembership', project, user: self, profile: self });
  const { token_endpoint: audience } = (await getJson(server, '/.well-known/smart-configuration')).body;
  const assertion = await new SignJWT({ iss: id, sub: id, aud: String(audience), jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES384', kid: 'k1' })
    .setExpirationTime('4m')
    .sign(privateKey);
  return postForm(server, '/oauth2/token', {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    scope,
  });
}

/** An Authorization header with a token of an answer. */
export const bearerOf = (tokens: JsonAnswer): { authorization: string } => ({
  authorization: `Bearer ${String(tokens.body.access_token)}`,
});
