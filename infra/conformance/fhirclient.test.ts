/** @see https://docs.smarthealthit.org/client-js/ */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientApplication, Patient } from '@medplum/fhirtypes';
import smart from 'fhirclient';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personOf, signIn, type TestPerson } from '../../server/src/person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';

const scope = 'openid fhirUser launch launch/patient patient/*.rs offline_access';
let server: TestServer;
let clinic: TestClinic;
let maria: TestPerson;
let app: Server;
let appUrl: string;
let clientId: string;
let patientId: string;
/** What the app came to once it was signed in. */
let seen:
  | { patient: string | null; user: string; family?: string; observations: number; refreshed: boolean }
  | undefined;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Conformance');
  const patient = { resourceType: 'Patient', name: [{ family: 'Launch' }] };
  patientId = (await clinic.request<Patient & { id: string }>('POST', 'Patient', patient)).body.id;
  const subject = { reference: `Patient/${patientId}` };
  await clinic.request('POST', 'Observation', {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject,
  });
  const resource = ['Patient', 'Observation', 'Practitioner', 'SmartAppLaunch'].map((type) => ({ resourceType: type }));
  maria = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'staff', resource });
  app = createServer((request, response) => void serveApp(request, response));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const client = await server.house.systemRepository(clinic.tenant).createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'SMART app',
    redirectUris: [`${appUrl}/done`],
    launchUri: `${appUrl}/launch`,
  });
  clientId = client.id;
});
afterAll(async () => {
  app.close();
  await server.close();
});

const session = new Map<string, unknown>();
const storage = {
  get: async (key: string) => session.get(key),
  set: async (key: string, value: unknown) => void session.set(key, value),
  unset: async (key: string) => session.delete(key),
};

/** The whole app: `/launch` sends to the server, `/done` comes back from it. */
async function serveApp(request: IncomingMessage, response: ServerResponse): Promise<void> {
  Object.assign(request, { protocol: 'http', get: (name: string) => request.headers[name] });
  const api = smart(request as never, response as never, storage as never);
  if (request.url?.startsWith('/launch')) {
    const redirect = (status: number, url: string): void => void response.writeHead(status, { location: url }).end();
    Object.assign(response, { redirect: (url: string) => redirect(302, url) });
    const isByEhr = request.url.includes('launch=');
    const more = isByEhr ? {} : { iss: `${server.baseUrl}/fhir/R4` };
    await api.authorize({ clientId, scope, redirectUri: `${appUrl}/done`, ...more });
    return;
  }
  const client = await api.ready();
  const patient = (await client.patient.read()) as Patient;
  const observations = (await client.patient.request('Observation', { flat: true })) as readonly unknown[];
  const user = (await client.user.read()).resourceType;
  const before = client.state.tokenResponse?.access_token;
  await client.refresh();
  const refreshed =
    client.state.tokenResponse?.access_token !== before && (await client.patient.read()).id === patient.id;
  const family = patient.name?.[0]?.family;
  seen = { patient: client.patient.id, user, family, observations: observations.length, refreshed };
  response.end('done');
}

async function post(path: string, body: unknown, more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...more };
  const answer = await fetch(`${server.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

/** What the sign-in page does with the server's answers while the person types, chooses the patient and agrees. */
async function throughTheSignInPage(launchAddress: string): Promise<string> {
  session.clear();
  const launched = await fetch(launchAddress, { redirect: 'manual' });
  const asked = new URL(launched.headers.get('location') ?? '').searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  const { login, patientNeeded } = await post('/auth/login', {
    email: maria.email,
    password: maria.password,
    clientId: asked.get('client_id'),
    redirectUri: asked.get('redirect_uri'),
    scope: asked.get('scope'),
    launch: asked.get('launch') ?? undefined,
    codeChallenge: asked.get('code_challenge'),
    codeChallengeMethod: asked.get('code_challenge_method'),
  });
  if (patientNeeded) {
    await post('/auth/patient', { login, patient: patientId });
  }
  const { code } = await post('/auth/scope', { login, scope });
  const back = new URLSearchParams({ code: String(code), state: asked.get('state') ?? '' });
  return (await fetch(`${appUrl}/done?${back}`)).text();
}

describe('fhirclient of SMART Health IT, unchanged', () => {
  const whole = () => ({
    patient: patientId,
    user: 'Practitioner',
    family: 'Launch',
    observations: 1,
    refreshed: true,
  });

  it('signs a person in by a standalone launch, reads as the patient in context, and refreshes', async () => {
    expect(await throughTheSignInPage(`${appUrl}/launch`)).toBe('done');
    expect(seen).toEqual(whole());
  });

  it('is launched by the EHR with the patient in view', async () => {
    seen = undefined;
    const authorization = `Bearer ${await signIn(server, maria)}`;
    const { url } = await post('/auth/launch', { client: clientId, patient: patientId }, { authorization });
    expect(await throughTheSignInPage(String(url))).toBe('done');
    expect(seen).toEqual(whole());
  });

  it('reads pages flat, resolves references into a graph, and writes', async () => {
    const fields = { grant_type: 'client_credentials', client_id: clinic.clientId, client_secret: clinic.clientSecret };
    const asked = await fetch(`${server.baseUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });
    const { access_token } = (await asked.json()) as { access_token: string };
    const api = smart({ headers: {} } as never, {} as never, storage as never);
    const tokenResponse = { access_token, patient: patientId };
    const client = api.client({ serverUrl: `${server.baseUrl}/fhir/R4`, tokenResponse });
    const created = (await client.create({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'y' },
      subject: { reference: `Patient/${patientId}` },
    } as never)) as { id: string };
    const url = `Observation?patient=${patientId}&_count=1`;
    const options = { flat: true, graph: true, pageLimit: 0, resolveReferences: ['subject'] };
    const graph = (await client.request(url, options)) as { subject: Patient }[];
    expect(graph.map(({ subject }) => subject.name?.[0]?.family)).toEqual(['Launch', 'Launch']);
    await client.patch(`Observation/${created.id}`, [{ op: 'replace', path: '/status', value: 'amended' }]);
    expect(await client.request(`Observation/${created.id}`)).toMatchObject({ status: 'amended' });
    await client.delete(`Observation/${created.id}`);
    expect(await client.getFhirVersion()).toBe('4.0.1');
  });
});
