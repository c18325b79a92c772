/**
 * A person signs in to an app of another house, over a whole server.
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-standalone-launch
 * @see https://www.rfc-editor.org/rfc/rfc7591
 * @see security.md S6, S7, S11, S16, S17, S19
 */
import { randomUUID } from 'node:crypto';
import type { ClientApplication, Patient, SmartAppLaunch } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAUNCH_CLIENT } from './auth/launch-context.ts';
import { pkce } from './auth/testing.ts';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const redirectUri = 'https://app.example/callback';
const scope = 'openid launch/patient patient/*.rs offline_access';
let server: TestServer;
let clinic: TestClinic;
let maria: TestPerson;
let app: ClientApplication & { id: string };
let seen: string;
let unseen: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Standalone');
  const patient = async (gender: string, family: string) =>
    (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient', gender, name: [{ family }] })).body;
  seen = (await patient('female', 'Seen')).id as string;
  unseen = (await patient('male', 'Unseen')).id as string;
  maria = await personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    name: 'women',
    resource: [
      { resourceType: 'Patient', criteria: 'Patient?gender=female' },
      { resourceType: 'Observation' },
      { resourceType: 'SmartAppLaunch' },
    ],
  });
  app = await server.house.systemRepository(clinic.tenant).createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'App of another house',
    redirectUris: [redirectUri],
  });
});
afterAll(() => server.close());

const json = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.baseUrl}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const begin = (more: Record<string, string> = {}) => {
  const { verifier, challenge } = pkce();
  const body = { email: maria.email, password: maria.password, clientId: app.id, redirectUri, scope };
  return json('/auth/login', { ...body, codeChallenge: challenge, codeChallengeMethod: 'S256', ...more }).then(
    (answer) => ({ answer, verifier, login: String(answer.body.login) }),
  );
};
const exchange = async (code: unknown, verifier: string) => {
  const response = await fetch(`${server.baseUrl}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: String(code),
      code_verifier: verifier,
      client_id: app.id,
      redirect_uri: redirectUri,
    }),
  });
  return (await response.json()) as Record<string, string>;
};
const fhir = async (token: string | undefined, path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.baseUrl}/fhir/R4/${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

async function standalone(agreed: string) {
  const { login, verifier } = await begin();
  await json('/auth/patient', { login, patient: seen });
  const consent = await json('/auth/scope', { login, scope: agreed });
  return exchange(consent.body.code, verifier);
}

describe('S6: standalone launch', () => {
  it('lets the person choose among the patients she may see, and no others', async () => {
    const { answer, login } = await begin();
    expect(answer.body).toEqual({ login, patientNeeded: true });
    const listed = await json('/auth/patients', { login });
    expect(listed.body.patients).toEqual([{ id: seen, name: 'Seen', gender: 'female' }]);
    expect((await json('/auth/patients', { login, name: 'Unseen' })).body.patients).toEqual([]);
    const [hidden, unknown] = [
      await json('/auth/patient', { login, patient: unseen }),
      await json('/auth/patient', { login, patient: randomUUID() }),
    ];
    expect([hidden.status, hidden.body]).toEqual([unknown.status, unknown.body]);
    expect(hidden.status).toBe(400);
  });

  it('gives no code before the choice, and a token for that patient after it', async () => {
    const { login, verifier } = await begin();
    expect((await json('/auth/scope', { login, scope })).body).not.toHaveProperty('code');
    const chosen = await json('/auth/patient', { login, patient: seen });
    expect((await json('/auth/patient', { login, patient: unseen })).status).toBe(400);
    const tokens = await exchange(chosen.body.code, verifier);
    expect(tokens).toMatchObject({ patient: seen, scope, need_patient_banner: true });
    expect((await fhir(tokens.access_token, `Patient/${seen}`)).status).toBe(200);
    expect((await fhir(tokens.access_token, `Patient/${unseen}`)).status).toBe(404);
  });
});

describe('S11: consent', () => {
  it('takes single types out of a wildcard', async () => {
    const tokens = await standalone('openid patient/Patient.r');
    expect(tokens.scope).toBe('openid patient/Patient.r');
    expect((await fhir(tokens.access_token, `Patient/${seen}`)).status).toBe(200);
    expect((await fhir(tokens.access_token, 'Observation')).status).toBe(403);
  });

  it('takes nothing that was not asked for', async () => {
    const { login } = await begin();
    await json('/auth/patient', { login, patient: seen });
    for (const wide of ['patient/*.cruds', 'user/Patient.r', 'patient/Patient.rsu', 'launch']) {
      expect((await json('/auth/scope', { login, scope: wide })).status).toBe(400);
    }
  });
});

describe('S7: a launch handle', () => {
  it('meant for one app is of no use to another', async () => {
    const session = await signIn(server, maria);
    const handle = async (client: string) => {
      const launch: SmartAppLaunch = {
        resourceType: 'SmartAppLaunch',
        patient: { reference: `Patient/${seen}` },
        extension: [{ url: LAUNCH_CLIENT, valueReference: { reference: `ClientApplication/${client}` } }],
      };
      const response = await fetch(`${server.baseUrl}/fhir/R4/SmartAppLaunch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${session}`, 'content-type': 'application/fhir+json' },
        body: JSON.stringify(launch),
      });
      return ((await response.json()) as { id: string }).id;
    };
    const ask = async (client: string) =>
      (await begin({ launch: await handle(client), scope: 'openid launch' })).answer;
    expect((await ask(randomUUID())).status).toBe(400);
    expect((await ask(app.id)).status).toBe(200);
  });
});

describe('S16: connected apps', () => {
  it('are listed for the person, and end at her word', async () => {
    const tokens = await standalone('openid patient/Patient.r offline_access');
    const own = await signIn(server, maria);
    const headers = { authorization: `Bearer ${own}` };
    const list = await fetch(`${server.baseUrl}/auth/apps`, { headers });
    expect(await list.json()).toMatchObject({ apps: [{ clientId: app.id, name: app.name, offline: true }] });
    expect((await json('/auth/apps/revoke', { clientId: app.id }, headers)).status).toBe(200);
    expect((await fhir(tokens.access_token, `Patient/${seen}`)).status).toBe(401);
    expect((await json('/auth/apps/revoke', { clientId: app.id }, headers)).status).toBe(404);
    expect((await fhir(own, `Patient/${seen}`)).status).toBe(200);
  });
});

describe('S17: origins', () => {
  const allowed = async (path: string, origin: string) =>
    (await fetch(`${server.baseUrl}${path}`, { headers: { origin } })).headers.get('access-control-allow-origin');

  it('are the own one and those that clients registered, and discovery is for all', async () => {
    await server.house.auth.readOrigins();
    expect(await allowed('/fhir/R4/Patient', 'https://app.example')).toBe('https://app.example');
    expect(await allowed('/fhir/R4/Patient', server.baseUrl)).toBe(server.baseUrl);
    for (const path of ['/fhir/R4/Patient', '/oauth2/token', '/auth/me']) {
      expect(await allowed(path, 'https://evil.example')).toBeNull();
    }
    for (const path of ['/fhir/R4/metadata', '/.well-known/jwks.json', '/fhir/R4/.well-known/smart-configuration']) {
      expect(await allowed(path, 'https://evil.example')).toBe('*');
    }
  });

  it('never go with a star and credentials, whoever asks', async () => {
    await server.house.auth.readOrigins();
    for (const path of ['/.well-known/jwks.json', '/fhir/R4/.well-known/smart-configuration', '/fhir/R4/metadata']) {
      for (const origin of [server.baseUrl, 'https://app.example', 'https://evil.example']) {
        const answer = await fetch(`${server.baseUrl}${path}`, { headers: { origin } });
        await answer.arrayBuffer();
        const { headers } = answer;
        const isStar = headers.get('access-control-allow-origin') === '*';
        expect([path, origin, isStar && headers.has('access-control-allow-credentials')]).toEqual([
          path,
          origin,
          false,
        ]);
      }
    }
  });

  it('of one client are closed to the tokens of another', async () => {
    await server.house.systemRepository(clinic.tenant).createResource<ClientApplication>({
      resourceType: 'ClientApplication',
      redirectUris: ['https://second.example/cb'],
    });
    await server.house.auth.readOrigins();
    const tokens = await standalone('patient/Patient.r');
    const from = async (origin: string) => (await fhir(tokens.access_token, `Patient/${seen}`, { origin })).status;
    expect([await from('https://app.example'), await from('https://second.example')]).toEqual([200, 403]);
    const refused = await fetch(`${server.baseUrl}/fhir/R4/Patient/${seen}`, {
      headers: { authorization: `Bearer ${tokens.access_token}`, origin: 'https://second.example' },
    });
    await refused.arrayBuffer();
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('S19: registration', () => {
  const metadata = {
    client_name: 'New app',
    redirect_uris: ['https://new.example/cb'],
    scope: 'openid patient/*.rs x',
  };

  it('makes a client that is off until an operator turns it on', async () => {
    const made = await json('/oauth2/register', { ...metadata, token_endpoint_auth_method: 'none' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ client_name: 'New app', scope: 'openid patient/*.rs' });
    expect(made.body).not.toHaveProperty('client_secret');
    const id = String(made.body.client_id);
    const ask = () => begin({ clientId: id, redirectUri: 'https://new.example/cb', scope: 'openid' });
    expect((await ask()).answer.status).toBe(400);
    const platform = server.house.systemRepository(0);
    const client = await platform.readResource<ClientApplication>('ClientApplication', id);
    await platform.updateResource<ClientApplication>({ ...client, status: 'active' });
    expect((await ask()).answer.status).toBe(200);
  });

  it.each([
    [{ redirect_uris: ['http://new.example/cb'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: ['https://*.example/cb'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: ['https://new.example/cb#x'] }, 'invalid_redirect_uri'],
    [{ redirect_uris: [] }, 'invalid_redirect_uri'],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    [{ client_name: '' }, 'invalid_client_metadata'],
  ])('refuses %o', async (more, error) => {
    await server.database.query({ text: 'DELETE FROM sign_in_failure', values: [] });
    const answer = await json('/oauth2/register', { ...metadata, ...more });
    expect([answer.status, answer.body.error]).toEqual([400, error]);
  });

  it('is slowed down by 429 when there is too much of it', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      statuses.push((await json('/oauth2/register', metadata)).status);
    }
    expect(statuses).toContain(429);
  });
});
