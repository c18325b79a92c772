import type {
  AccessPolicyResource,
  AuditEvent,
  Binary,
  Bundle,
  Condition,
  DocumentReference,
  Patient,
  Task,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from './database/index.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let patient: string;
let other: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const make = async () =>
    (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  [patient, other] = [await make(), await make()];
});
afterAll(() => server.close());

const PANEL: AccessPolicyResource[] = ['Patient', 'Condition', 'DocumentReference', 'Claim'].map((type) => ({
  resourceType: type,
  interaction: ['read', 'search'],
  criteria: `${type}?_security:not=42CFRPart2&_compartment=Practitioner/nobody`,
}));
const POLICY: AccessPolicyResource[] = [...PANEL, { resourceType: 'Binary', interaction: ['read', 'search'] }];
const reason = 'Unconscious in the emergency room';

async function member(name: string, admin = false) {
  const person = await personOf(server, clinic, { resourceType: 'AccessPolicy', name, resource: POLICY }, { admin });
  const token = await signIn(server, person);
  const authorization = `Bearer ${token}`;
  return {
    profile: person.profile,
    request: <T = never>(method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      clinic.request<T>(method, path, body, { authorization, ...headers }),
    stepUp: () =>
      fetch(`${server.baseUrl}/auth/step-up`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ password: person.password }),
      }),
    breakGlass: (body: object = { reason, patient: `Patient/${patient}` }) =>
      clinic.request('POST', '$break-glass', body, { authorization }),
  };
}

test('S49: a physician with a reason and a fresh proof reads the one patient, labels or not, but no psychotherapy note', async () => {
  const subject = { reference: `Patient/${patient}` };
  const substance: Condition = {
    resourceType: 'Condition',
    subject,
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F11.20' }] },
  };
  const psychotherapy: DocumentReference = {
    resourceType: 'DocumentReference',
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }] },
    status: 'current',
    docStatus: 'final',
    subject,
    content: [{ attachment: { data: 'eA==' } }],
  };
  const condition = (await clinic.request<Condition>('POST', 'Condition', substance)).body.id;
  const note = (await clinic.request<Condition>('POST', 'DocumentReference', psychotherapy)).body.id;
  const doctor = await member('physician');
  expect((await doctor.request('GET', `Patient/${patient}`)).status).toBe(404);
  expect((await doctor.breakGlass()).status).toBe(403);
  expect((await doctor.stepUp()).status).toBe(200);
  expect((await doctor.breakGlass({ patient: `Patient/${patient}` })).status).toBe(403);
  expect((await doctor.breakGlass({ reason, patient: 'nobody' })).status).toBe(400);
  expect((await doctor.breakGlass({ reason, patient: 'Patient/nobody' })).status).toBe(404);
  expect((await doctor.request('GET', `Patient/${patient}`)).status).toBe(404);
  expect((await doctor.breakGlass()).status).toBe(201);

  const read = await doctor.request('GET', `Patient/${patient}`);
  expect(read.status).toBe(200);
  expect((await doctor.request('GET', `Condition/${condition}`)).status).toBe(200);
  expect((await doctor.request<Bundle>('GET', `Condition?subject=Patient/${patient}`)).body.entry).toHaveLength(1);
  expect((await doctor.request('GET', `DocumentReference/${note}`)).status).toBe(404);
  expect((await doctor.request('GET', `Patient/${other}`)).status).toBe(404);
  expect((await doctor.request('PUT', `Condition/${condition}`, { ...substance, id: condition })).status).not.toBe(200);

  const [entry] = await server.database.query<{ purpose: string; patient: string }>(
    sql`SELECT purpose, patient FROM audit_entry WHERE request_id = ${read.headers.get('x-request-id')}`,
  );
  expect(entry).toEqual({ purpose: 'BTG', patient });
  const opening = await clinic.request<Bundle<AuditEvent>>('GET', `AuditEvent?patient=Patient/${patient}&_count=100`);
  expect(opening.text).toContain('$break-glass');
  const tasks = (await clinic.request<Bundle<Task>>('GET', `Task?patient=Patient/${patient}`)).body.entry ?? [];
  expect(tasks.map(({ resource }) => resource?.code?.coding?.[0]?.code).sort()).toEqual([
    'break-glass-alert',
    'break-glass-review',
  ]);
  expect(tasks[0]?.resource?.requester?.reference).toBe(doctor.profile);
  expect(tasks[0]?.resource?.reasonCode?.text).toBe(reason);
  const kept = await server.database.query<{ reason: string }>(sql`SELECT reason FROM break_glass`);
  const rows = await server.database.query<{ content: string }>(sql`SELECT content FROM resource WHERE type = 'Task'`);
  expect(`${kept[0]?.reason} ${rows.map(({ content }) => content).join()}`).not.toContain(reason);
  const alert = server.log.find((line) => line.includes('emergency-access'));
  expect(alert).toContain(doctor.profile);
  expect(alert).not.toContain(patient);
});

/** A signed link to a picture that only those see who see the patient. */
async function linkOf(doctor: Awaited<ReturnType<typeof member>>): Promise<string> {
  const securityContext = { reference: `Patient/${patient}` };
  const picture = { resourceType: 'Binary', contentType: 'text/plain', data: 'eA==', securityContext };
  const { id } = (await clinic.request<Binary>('POST', 'Binary', picture)).body;
  const photo = [{ url: `Binary/${id}` }];
  await clinic.request('PUT', `Patient/${patient}`, { resourceType: 'Patient', id: patient, photo });
  const shown = await doctor.request<Patient>('GET', `Patient/${patient}`, undefined, { 'x-medplum': 'extended' });
  return shown.body.photo?.[0]?.url ?? '';
}

test('S49: it ends with its time, and is of that session alone', async () => {
  const doctor = await member('physician');
  await doctor.stepUp();
  await doctor.breakGlass();
  await doctor.breakGlass();
  expect((await doctor.request('GET', `Patient/${patient}`)).status).toBe(200);
  const photo = await linkOf(doctor);
  expect((await fetch(photo)).status).toBe(200);
  const [looked] = await server.database.query<{ purpose: string }>(
    sql`SELECT purpose FROM audit_entry WHERE type = 'Binary' AND agent = ${doctor.profile}`,
  );
  expect(looked?.purpose).toBe('BTG');
  const colleague = await member('physician');
  expect((await colleague.request('GET', `Patient/${patient}`)).status).toBe(404);
  await server.database.query(sql`UPDATE break_glass SET until = now() - interval '1 second'`);
  await expect
    .poll(async () => (await doctor.request('GET', `Patient/${patient}`)).status, { timeout: 6000 })
    .toBe(404);
  expect((await fetch(photo)).status).toBe(404);
});

test('S49: billing, admins, patients and clients never', async () => {
  for (const [name, admin] of [
    ['billing', false],
    ['admin', true],
    ['physician', true],
    ['patient', false],
    ['ai-scribe', false],
  ] as const) {
    const person = await member(name, admin);
    await person.stepUp();
    expect((await person.breakGlass()).status).toBe(403);
  }
  expect((await clinic.request('POST', '$break-glass', { reason, patient: `Patient/${patient}` })).status).toBe(403);
});

test('S55: signing in, proofs and refusals are on record', async () => {
  const doctor = await member('physician');
  await doctor.stepUp();
  await fetch(`${server.baseUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: 'nobody@test.example',
      password: 'wrong password',
      codeChallenge: 'x'.repeat(43),
      codeChallengeMethod: 'S256',
    }),
  });
  const kinds = async () =>
    (
      await server.database.query<{ kind: string }>(
        sql`SELECT DISTINCT interaction || ' ' || outcome AS kind FROM audit_entry WHERE interaction IN ('login', 'token', 'step-up')`,
      )
    ).map((row) => row.kind);
  await expect.poll(kinds).toEqual(expect.arrayContaining(['login 0', 'login 4', 'token 0', 'step-up 0']));
});
