/**
 * What must be on record, one by one: who, through which client, in which clinic, about whom, what for, by which request,
 * and how it ended.
 * @see security.md S55
 */
import type {
  AccessPolicy,
  AuditEvent,
  Bundle,
  Communication,
  Consent,
  Observation,
  Patient,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from './database/index.ts';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import { startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';

interface Row {
  readonly interaction: string;
  readonly type: string;
  readonly id: string;
  readonly agent: string;
  readonly client: string;
  readonly tenant: number;
  readonly patient: string;
  readonly patients: string[];
  readonly purpose: string;
  readonly request_id: string;
  readonly session: string;
  readonly outcome: string;
  readonly detail: string;
}

const POLICY: AccessPolicy = {
  resourceType: 'AccessPolicy',
  name: 'physician',
  resource: ['Patient', 'Observation', 'Consent', 'SmartAppLaunch', 'Task', 'Bot'].map((resourceType) => ({
    resourceType,
  })),
};

let server: TestServer;
let clinic: TestClinic;
let person: TestPerson;
let authorization: string;
let alice: string;
let bob: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('On record');
  person = await personOf(server, clinic, POLICY);
  authorization = `Bearer ${await signIn(server, person)}`;
  const make = async () => (await ask<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  [alice, bob] = [await make(), await make()];
}, 120_000);
afterAll(() => server.close());

const ask = <T = never>(method: string, path: string, body?: unknown, headers = {}) =>
  clinic.request<T>(method, path, body, { authorization, ...headers });

const post = (path: string, body: unknown, bearer = authorization) =>
  fetch(`${server.baseUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: bearer, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const rows = (where: ReturnType<typeof sql>) =>
  server.database.query<Row & { detail: string }>(
    sql`SELECT e.interaction, e.type, e.id, e.agent, e.client, e.tenant, e.patient, coalesce(e.patients, '{}') AS patients,
      e.purpose, e.request_id, e.session, e.outcome, e.detail FROM audit_entry e WHERE ${where} ORDER BY e.seq`,
  );

const entriesOf = ({ headers }: TestAnswer<unknown>) => rows(sql`e.request_id = ${headers.get('x-request-id')}`);

/** The one entry of what is noted after the fact. */
async function noted(interaction: string): Promise<Row> {
  let found: Row | undefined;
  await expect
    .poll(async () => {
      found = (await rows(sql`e.tenant = ${clinic.tenant} AND e.interaction = ${interaction}`)).at(-1);
      return found !== undefined;
    })
    .toBe(true);
  return found as Row;
}

const who = () => ({ agent: person.profile, tenant: clinic.tenant, purpose: 'TREAT' });

test('a read', async () => {
  const answer = await ask('GET', `Patient/${alice}`);
  expect(await entriesOf(answer)).toMatchObject([{ ...who(), interaction: 'read', patient: alice, outcome: '0' }]);
});

test('a search, with each patient that it gave', async () => {
  const [entry] = await entriesOf(await ask('GET', `Patient?_id=${alice},${bob}`));
  expect(entry).toMatchObject({ ...who(), interaction: 'search-type', outcome: '0' });
  expect(entry?.patients.sort()).toEqual([alice, bob].sort());
});

test('a write', async () => {
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
  const answer = await ask<Observation>('POST', 'Observation', {
    ...observation,
    subject: { reference: `Patient/${alice}` },
  });
  expect(await entriesOf(answer)).toMatchObject([
    { ...who(), interaction: 'create', type: 'Observation', id: answer.body.id, patient: alice, outcome: '0' },
  ]);
});

test('a file of an export, with each patient in it', async () => {
  await post('auth/step-up', { password: person.password });
  const started = await ask('GET', '$export?_type=Patient', undefined, { prefer: 'respond-async' });
  const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
  let url = '';
  await expect
    .poll(
      async () => {
        const answer = await ask<{ output: { url: string }[] }>('GET', status);
        url = answer.body?.output?.[0]?.url ?? '';
        return answer.status;
      },
      { timeout: 20_000, interval: 1200 },
    )
    .toBe(200);
  const [entry] = await entriesOf(await ask('GET', url.split('/fhir/R4/')[1] ?? ''));
  expect(entry).toMatchObject({ ...who(), interaction: '$job-file', outcome: '0' });
  expect(entry?.patients.sort()).toEqual([alice, bob].sort());
}, 40_000);

test('a sign-in, its token, and one that failed', async () => {
  expect(await noted('login')).toMatchObject({ agent: expect.stringMatching(/^User\//), outcome: '0' });
  const token = await noted('token');
  expect(token.session).not.toBe('');
  await fetch(`${server.baseUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: person.email,
      password: 'not the one at all',
      codeChallenge: 'x'.repeat(43),
      codeChallengeMethod: 'S256',
    }),
  });
  await expect.poll(() => rows(sql`e.interaction = 'login' AND e.outcome = '4'`)).not.toEqual([]);
});

test('a failure, and a denial, each as such', async () => {
  const failed = await ask('PUT', `Patient/${alice}`, { resourceType: 'Patient', id: alice, gender: 7 });
  const denied = await ask('GET', 'Claim');
  const missing = await ask('GET', 'Patient/nobody');
  expect(await entriesOf(failed)).toMatchObject([{ ...who(), outcome: '4', patient: alice }]);
  for (const answer of [denied, missing]) {
    const [entry] = await entriesOf(answer);
    expect(entry).toMatchObject({ ...who(), outcome: '4' });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ denied: true });
  }
});

test('a decision of a patient about consent', async () => {
  const consent: Consent = {
    resourceType: 'Consent',
    status: 'active',
    scope: { text: 'x' },
    category: [{ text: 'x' }],
    policyRule: { text: 'x' },
    patient: { reference: `Patient/${alice}` },
    provision: { type: 'deny' },
  };
  const given = await ask<Consent>('POST', 'Consent', consent);
  const revoked = await ask('PUT', `Consent/${given.body.id}`, { ...given.body, status: 'inactive' });
  const entries = [...(await entriesOf(given)), ...(await entriesOf(revoked))];
  expect(entries).toMatchObject([
    { ...who(), interaction: 'create', type: 'Consent', patient: alice },
    { ...who(), interaction: 'update', type: 'Consent', patient: alice },
  ]);
});

test('a launch of an app', async () => {
  const launch = { resourceType: 'SmartAppLaunch', patient: { reference: `Patient/${alice}` } };
  const answer = await ask('POST', 'SmartAppLaunch', launch);
  expect(answer.status, answer.text).toBe(201);
  expect(await entriesOf(answer)).toMatchObject([
    { ...who(), interaction: 'create', type: 'SmartAppLaunch', patient: alice },
  ]);
});

test('emergency access, and what was seen by it', async () => {
  await post('auth/step-up', { password: person.password });
  const opened = await ask('POST', '$break-glass', { reason: 'Unconscious on arrival', patient: `Patient/${bob}` });
  expect(opened.status).toBe(201);
  expect(await entriesOf(opened)).toMatchObject([{ agent: person.profile, interaction: '$break-glass', outcome: '0' }]);
  const [entry] = await entriesOf(await ask('GET', `Patient/${bob}`));
  expect(entry).toMatchObject({ patient: bob, purpose: 'BTG' });
});

test('a call of a model', async () => {
  const answer = await ask('POST', '$model', {});
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await entriesOf(answer)).toMatchObject([{ agent: person.profile, interaction: '$model', outcome: '4' }]);
});

test('a change of configuration, with the admin who made it', async () => {
  const admin = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'admin' }, { admin: true });
  const bearer = `Bearer ${await signIn(server, admin)}`;
  const path = `admin/projects/${clinic.projectId}/settings`;
  expect((await post(path, { setting: [{ name: 'color', valueString: 'blue' }] }, bearer)).status).toBe(200);
  const entry = await noted('administered');
  expect(entry).toMatchObject({ agent: admin.profile, outcome: '0' });
  expect(JSON.parse(entry.detail)).toMatchObject({ how: 'settings' });
  expect(entry.detail).not.toContain('blue');
  const policy = { resourceType: 'AccessPolicy', name: 'new' };
  const changed = await clinic.request('POST', 'AccessPolicy', policy, { authorization: bearer });
  expect(await entriesOf(changed)).toMatchObject([
    { agent: admin.profile, interaction: 'create', type: 'AccessPolicy', purpose: 'HSYSADMIN' },
  ]);
});

test('all of it as AuditEvents, with request and purpose', async () => {
  const read = await ask('GET', `Patient/${alice}`);
  const found = await clinic.request<Bundle<AuditEvent>>('GET', `AuditEvent?patient=Patient/${alice}&_count=1`);
  const event = found.body.entry?.[0]?.resource;
  expect(event?.purposeOfEvent?.[0]?.coding?.[0]?.code).toBe('BTG');
  expect(event?.entity?.at(-1)?.what?.identifier?.value).toBe(read.headers.get('x-request-id'));
  expect(event?.agent[0]?.who?.reference).toBe(person.profile);
});

test('a message that is sent is on record, what it says is not', async () => {
  const message: Communication = {
    resourceType: 'Communication',
    status: 'completed',
    payload: [{ contentString: 'zqtext' }],
  };
  await clinic.request('POST', 'Communication', message);
  expect(await rows(sql`e::text LIKE '%zqtext%'`)).toEqual([]);
});
