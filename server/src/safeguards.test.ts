import type { Bundle, Condition, DocumentReference, Patient, Project } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember, type TestMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
let patient: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  patient = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
});
afterAll(() => server.close());

const condition = (code: string): Condition => ({
  resourceType: 'Condition',
  subject: { reference: `Patient/${patient}` },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] },
});
const labels = (resource: { meta?: { security?: { code?: string }[] } }) =>
  resource.meta?.security?.map((label) => label.code) ?? [];

test('S48: a code of substance use is labelled in the same transaction, by every way of writing', async () => {
  const created = await clinic.request<Condition>('POST', 'Condition', condition('F11.20'));
  expect(labels(created.body)).toEqual(['42CFRPart2', 'ETH', 'R']);
  const { id } = created.body;
  const cleared = await clinic.request<Condition>('PUT', `Condition/${id}`, { ...created.body, meta: undefined });
  expect(labels(cleared.body)).toEqual(['42CFRPart2', 'ETH', 'R']);
  const patched = await clinic.request<Condition>('PATCH', `Condition/${id}`, [
    { op: 'remove', path: '/meta/security' },
  ]);
  expect(labels(patched.body)).toEqual(['42CFRPart2', 'ETH', 'R']);
  const bundle = await clinic.request<Bundle>('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: condition('F10.10'), request: { method: 'POST', url: 'Condition' } }],
  });
  expect(labels(bundle.body.entry?.[0]?.resource ?? {})).toContain('42CFRPart2');
});

test('S48: a policy without Part 2 rows does not show them, and finds nothing by them', async () => {
  const nurse = await addMember(server, clinic, [
    { resourceType: 'Condition', interaction: ['read', 'search'], criteria: 'Condition?_security:not=42CFRPart2' },
  ]);
  const hidden = await clinic.request<Condition>('POST', 'Condition', condition('F19.20'));
  const open = await clinic.request<Condition>('POST', 'Condition', condition('F32.1'));
  expect((await nurse.request('GET', `Condition/${hidden.body.id}`)).status).toBe(404);
  expect((await nurse.request('GET', `Condition/${open.body.id}`)).status).toBe(200);
  const found = await nurse.request<Bundle>('GET', 'Condition?code=F19.20&_total=accurate');
  expect(found.body.total).toBe(0);
});

test('S48: a clinic that is no programme says so in its Project', async () => {
  const other = await server.clinic('General practice');
  const repository = server.house.systemRepository(other.tenant);
  const project = await repository.readResource<Project>('Project', other.projectId);
  await repository.updateResource<Project>({ ...project, setting: [{ name: 'part2Program', valueBoolean: false }] });
  const written = await other.request<Condition>('POST', 'Condition', {
    ...condition('F11.20'),
    subject: { display: 'x' },
  });
  expect([written.status, labels(written.body)]).toEqual([201, []]);
});

const draft: DocumentReference = {
  resourceType: 'DocumentReference',
  meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'AIAST' }] },
  status: 'current',
  docStatus: 'preliminary',
  authenticator: { reference: 'Practitioner/dr' },
  content: [{ attachment: { contentType: 'text/plain', data: 'bm90ZQ==' } }],
};

const asClinician = (id: string): Promise<TestMember> =>
  addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: `Practitioner/${id}` } });

test('S47: an unsigned AI note is there for its clinician alone, on every path; signed it is there for all', async () => {
  const [dr, other] = [await asClinician('dr'), await asClinician('other')];
  const subject = { reference: `Patient/${patient}` };
  const note = (await clinic.request<DocumentReference>('POST', 'DocumentReference', { ...draft, subject })).body;
  const path = `DocumentReference/${note.id}`;
  const graphql = { query: `{ DocumentReferenceList(patient: "Patient/${patient}") { id } }` };
  const finds = async (who: Pick<TestMember, 'request'>) => [
    (await who.request('GET', path)).status === 200,
    (await who.request('GET', `${path}/_history/1`)).status === 200,
    (await who.request('GET', `${path}/_history`)).status === 200,
    (await who.request('GET', 'DocumentReference')).text.includes(note.id as string),
    (await who.request('GET', `Patient?_id=${patient}&_revinclude=DocumentReference:subject`)).text.includes(
      note.id as string,
    ),
    (await who.request('GET', `Patient?_has:DocumentReference:subject:_id=${note.id}`)).text.includes('"fullUrl"'),
    (await who.request('GET', `Patient/${patient}/$everything?_count=1000`)).text.includes(note.id as string),
    (await who.request('POST', '$graphql', graphql)).text.includes(note.id as string),
  ];
  expect(await finds(dr)).toEqual(Array(8).fill(true));
  expect(await finds(other)).toEqual(Array(8).fill(false));
  expect(await finds(clinic)).toEqual(Array(8).fill(false));
  const final = { ...note, docStatus: 'final' };
  expect((await other.request('PUT', path, final)).status).not.toBe(200);
  expect((await dr.request('PUT', path, { ...final, authenticator: { reference: 'Practitioner/other' } })).status).toBe(
    422,
  );
  expect((await dr.request('PUT', path, final)).status).toBe(422);
  expect(await finds(other)).toEqual(Array(8).fill(false));
  const signed = { ...note, docStatus: 'final' } as const;
  await server.house.systemRepository(clinic.tenant).updateResource<DocumentReference>(signed);
  expect(await finds(other)).toEqual(Array(8).fill(true));
  expect(
    (await dr.request('PATCH', path, [{ op: 'replace', path: '/content/0/attachment/data', value: 'eA==' }])).status,
  ).toBe(422);
  expect((await dr.request('PATCH', path, [{ op: 'replace', path: '/docStatus', value: 'preliminary' }])).status).toBe(
    422,
  );
});

test('S47: a note of an AI that begins as final is refused, in a transaction too', async () => {
  const skipped = { ...draft, docStatus: 'final' };
  expect((await clinic.request('POST', 'DocumentReference', skipped)).status).toBe(422);
  const entry = [{ resource: skipped, request: { method: 'POST', url: 'DocumentReference' } }];
  expect((await clinic.request('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(422);
});
