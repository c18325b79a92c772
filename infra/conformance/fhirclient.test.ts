/** @see https://docs.smarthealthit.org/client-js/ */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientApplication, Patient } from '@medplum/fhirtypes';
import smart from 'fhirclient';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personOf, type TestPerson } from '../../server/src/person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';

const scope = 'openid fhirUser launch/patient patient/*.rs';
let server: TestServer;
let clinic: TestClinic;
let maria: TestPerson;
let app: Server;
let appUrl: string;
let clientId: string;
let patientId: string;
/** What the app came to once it was signed in. */
let seen: { patient: string | null; family?: string; observations: number } | undefined;

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
    await api.authorize({ clientId, scope, redirectUri: `${appUrl}/done`, iss: `${server.baseUrl}/fhir/R4` });
    return;
  }
  const client = await api.ready();
  const patient = (await client.patient.read()) as Patient;
  const observations = (await client.patient.request('Observation', { flat: true })) as readonly unknown[];
  seen = { patient: client.patient.id, family: patient.name?.[0]?.family, observations: observations.length };
  response.end('done');
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

describe('fhirclient of SMART Health IT, unchanged', () => {
  it('signs a person in by a standalone launch, and reads as the patient in context', async () => {
    const launched = await fetch(`${appUrl}/launch`, { redirect: 'manual' });
    const asked = new URL(launched.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    // The person types, chooses the patient and agrees: what the sign-in page does with the server's answers.
    const { login } = await post('/auth/login', {
      email: maria.email,
      password: maria.password,
      clientId: asked.get('client_id'),
      redirectUri: asked.get('redirect_uri'),
      scope: asked.get('scope'),
      codeChallenge: asked.get('code_challenge'),
      codeChallengeMethod: asked.get('code_challenge_method'),
    });
    await post('/auth/patient', { login, patient: patientId });
    const { code } = await post('/auth/scope', { login, scope });
    const back = new URLSearchParams({ code: String(code), state: asked.get('state') ?? '' });
    expect(await (await fetch(`${appUrl}/done?${back}`)).text()).toBe('done');
    expect(seen).toEqual({ patient: patientId, family: 'Launch', observations: 1 });
  });
});
