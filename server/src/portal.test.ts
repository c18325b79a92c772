/** What the portal's people see and reach: their own record, at once, for as long as it is theirs to see. @see security.md S50 */
import type {
  AccessPolicy,
  Bundle,
  DiagnosticReport,
  DocumentReference,
  Observation,
  Patient,
  RelatedPerson,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let alice: string;
let bob: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Portal');
  const make = async () =>
    (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  [alice, bob] = [await make(), await make()];
}, 120_000);
afterAll(() => server.close());

async function loginOf(role: 'patient' | 'proxy', profile: string, patient: string) {
  const person = await personOf(server, clinic, BASE_POLICIES.get(role) as AccessPolicy, {
    profile: { reference: profile } as never,
    parameter: [{ name: 'patient', valueReference: { reference: `Patient/${patient}` } }],
  });
  const authorization = `Bearer ${await signIn(server, person)}`;
  return {
    authorization,
    request: <T = never>(method: string, path: string, body?: unknown, headers = {}) =>
      clinic.request<T>(method, path, body, { authorization, ...headers }),
  };
}

const observation = (patient: string): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
});

test('S50: of another patient there is nothing, by whatever way one asks', async () => {
  const patient = await loginOf('patient', `Patient/${alice}`, alice);
  const foreign = (await clinic.request<Observation>('POST', 'Observation', observation(bob))).body.id;
  const statuses = await Promise.all(
    [`Patient/${bob}`, `Observation/${foreign}`, `Observation/${foreign}/_history/1`, `Patient/${bob}/$everything`].map(
      async (path) => (await patient.request('GET', path)).status,
    ),
  );
  expect(statuses).toEqual([404, 404, 404, 404]);
  for (const query of [
    `Observation?patient=${bob}`,
    `Observation?_id=${foreign}`,
    `Observation?subject=Patient/${bob}`,
  ]) {
    expect((await patient.request<Bundle>('GET', `${query}&_total=accurate`)).body.total).toBe(0);
  }
  const own = await patient.request<Bundle>('GET', `Patient?_id=${alice},${bob}`);
  expect(own.body.entry?.map(({ resource }) => resource?.id)).toEqual([alice]);
});

test('S50: final results and signed notes are there at once; what is not final yet is not', async () => {
  const patient = await loginOf('patient', `Patient/${alice}`, alice);
  const subject = { reference: `Patient/${alice}` };
  const report = async (status: DiagnosticReport['status']) => {
    const made = await clinic.request<DiagnosticReport>('POST', 'DiagnosticReport', {
      resourceType: 'DiagnosticReport',
      status,
      code: { text: 'x' },
      subject,
    });
    return (await patient.request('GET', `DiagnosticReport/${made.body.id}`)).status;
  };
  const note = async (docStatus: DocumentReference['docStatus']) => {
    const made = await clinic.request<DocumentReference>('POST', 'DocumentReference', {
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus,
      subject,
      content: [{ attachment: { title: 'x' } }],
    });
    return (await patient.request('GET', `DocumentReference/${made.body.id}`)).status;
  };
  const made = (await clinic.request<Observation>('POST', 'Observation', observation(alice))).body.id;
  expect((await patient.request('GET', `Observation/${made}`)).status).toBe(200);
  expect([await report('final'), await report('preliminary')]).toEqual([200, 404]);
  expect([await note('final'), await note('preliminary')]).toEqual([200, 404]);
});

test('S50: who acts for a patient does so only in his time, and sees nothing of what a minor keeps to himself', async () => {
  const relative: RelatedPerson = { resourceType: 'RelatedPerson', patient: { reference: `Patient/${alice}` } };
  const { body } = await clinic.request<RelatedPerson>('POST', 'RelatedPerson', relative);
  const proxy = await loginOf('proxy', `RelatedPerson/${body.id}`, alice);
  const kept = await clinic.request<Observation>('POST', 'Observation', {
    ...observation(alice),
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'ADOL' }] },
  });
  expect((await proxy.request('GET', `Patient/${alice}`)).status).toBe(200);
  expect((await proxy.request('GET', `Patient/${bob}`)).status).toBe(404);
  expect((await proxy.request('GET', `Observation/${kept.body.id}`)).status).toBe(404);
  const ends = async (period: RelatedPerson['period'], active = true) => {
    await clinic.request('PUT', `RelatedPerson/${body.id}`, { ...body, period, active });
    return (expected: number) =>
      expect
        .poll(async () => (await proxy.request('GET', `Patient/${alice}`)).status, { timeout: 6000, interval: 250 })
        .toBe(expected);
  };
  await (await ends({ end: '2020-01-01' }))(401);
  await (await ends({ end: '2099-01-01' }))(200);
  await (await ends({ start: '2099-01-01' }))(401);
  await (await ends({}, false))(401);
}, 60_000);

test('S50: doors of the staff are closed to patients', async () => {
  const patient = await loginOf('patient', `Patient/${alice}`, alice);
  const reason = 'Unconscious on arrival';
  const statuses = [
    await patient.request('GET', '$export', undefined, { prefer: 'respond-async' }),
    await patient.request('GET', 'Patient/$export', undefined, { prefer: 'respond-async' }),
    await patient.request('POST', '$break-glass', { reason, patient: `Patient/${bob}` }),
    await patient.request('GET', `$explain-access?subject=Patient/${alice}&reference=Patient/${bob}`),
    await patient.request('GET', '$proposed-changes'),
    await patient.request('POST', '$reindex', {}),
    await patient.request('POST', '$relabel', {}),
    await patient.request('GET', 'AccessPolicy'),
    await patient.request('GET', 'RiskAssessment'),
  ].map(({ status }) => status);
  expect(statuses).toEqual(Array(9).fill(403));
  const admin = await fetch(`${server.baseUrl}/admin/projects/${clinic.projectId}/invite`, {
    method: 'POST',
    headers: { authorization: patient.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceType: 'Practitioner', firstName: 'A', lastName: 'B' }),
  });
  expect(admin.status).toBe(403);
});
