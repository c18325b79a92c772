import type { Bundle, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadAudit } from './audit/index.ts';
import { sql } from './database/index.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

interface Row {
  readonly interaction: string;
  readonly type: string;
  readonly id: string;
  readonly outcome: string;
  readonly agent: string;
  readonly client: string;
  readonly patient: string;
  readonly patients: string[] | null;
  readonly detail: string;
  readonly several: string[];
}

const requestIds = (headers: Headers) => headers.get('x-request-id') ?? '';

async function entriesOf(headers: Headers): Promise<Row[]> {
  return server.database.query<Row>(sql`SELECT e.interaction, e.type, e.id, e.outcome, e.agent, e.client, e.patient, e.patients, e.detail,
    coalesce(e.patients, '{}') AS several
    FROM audit_entry e WHERE e.request_id = ${requestIds(headers)} ORDER BY e.seq`);
}

const newPatient = async () => (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body;

test('S55: write, read, vread, history, search, patch and delete leave one entry each, with whose record it was', async () => {
  const created = await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
  const { id } = created.body;
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${id}` },
  };
  const measured = await clinic.request<Patient>('POST', 'Observation', observation);
  const patched = await clinic.request('PATCH', `Observation/${measured.body.id}`, [
    { op: 'replace', path: '/status', value: 'amended' },
  ]);
  const answers = [
    created,
    measured,
    patched,
    await clinic.request('GET', `Observation/${measured.body.id}`),
    await clinic.request('GET', `Observation/${measured.body.id}/_history/1`),
    await clinic.request('GET', `Observation/${measured.body.id}/_history`),
    await clinic.request('GET', `Observation?subject=Patient/${id}`),
    await clinic.request('DELETE', `Observation/${measured.body.id}`),
  ];
  const rows = await Promise.all(answers.map(({ headers }) => entriesOf(headers)));
  expect(rows.map((found) => found.map((row) => row.interaction))).toEqual(
    ['create', 'create', 'update', 'read', 'vread', 'history', 'search-type', 'delete'].map((name) => [name]),
  );
  for (const [row] of rows) {
    expect(row).toMatchObject({
      outcome: '0',
      patient: id,
      client: clinic.clientId,
      agent: `ClientApplication/${clinic.clientId}`,
    });
  }
});

test('S55: a page of several patients is found by each of them; of the query only names of parameters are kept', async () => {
  const [a, b] = [await newPatient(), await newPatient()];
  const found = await clinic.request<Bundle>('GET', `Patient?_id=${a.id},${b.id}&_tag:not=Canary`);
  const [row] = await entriesOf(found.headers);
  expect(row?.several.sort()).toEqual([a.id, b.id].sort());
  expect(JSON.parse(row?.detail ?? '')).toMatchObject({ parameters: ['_id', '_tag:not'] });
  expect(row?.detail).not.toContain('Canary');
});

test('S55: a transaction that touches several patients', async () => {
  const [a, b] = [await newPatient(), await newPatient()];
  const group = {
    resourceType: 'Group',
    type: 'person',
    actual: true,
    member: [a, b].map(({ id }) => ({ entity: { reference: `Patient/${id}` } })),
  };
  const answer = await clinic.request('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: group, request: { method: 'POST', url: 'Group' } },
      { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
    ],
  });
  const rows = await entriesOf(answer.headers);
  expect(rows.map((row) => [row.interaction, row.type])).toEqual([
    ['create', 'Group'],
    ['create', 'Patient'],
  ]);
  expect(rows[0]?.several.sort()).toEqual([a.id, b.id].sort());
});

test('S55: operations tell the patients whose records they gave out', async () => {
  const patient = await newPatient();
  const everything = await clinic.request('GET', `Patient/${patient.id}/$everything`);
  const graphql = await clinic.request('POST', '$graphql', { query: `{ Patient(id: "${patient.id}") { id } }` });
  expect(await entriesOf(everything.headers)).toMatchObject([{ interaction: '$everything', patient: patient.id }]);
  expect(await entriesOf(graphql.headers)).toMatchObject([{ interaction: '$graphql', patient: patient.id }]);
});

test('S55: what is refused or not there is on record too, alone and in a batch', async () => {
  const missing = await clinic.request('GET', 'Patient/nobody');
  const refused = await clinic.request('GET', 'User');
  const invalid = await clinic.request('POST', 'Patient', { resourceType: 'Patient', gender: 7 });
  const batch = await clinic.request('POST', '', {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'GET', url: 'Patient/nobody' } }],
  });
  expect(missing.status).toBe(404);
  expect(refused.status).toBe(403);
  expect(await entriesOf(missing.headers)).toMatchObject([
    { interaction: 'read', outcome: '4', id: 'nobody', patient: 'nobody' },
  ]);
  expect(await entriesOf(refused.headers)).toMatchObject([{ interaction: 'search-type', type: 'User', outcome: '4' }]);
  expect(await entriesOf(invalid.headers)).toMatchObject([{ interaction: 'create', type: 'Patient', outcome: '4' }]);
  expect(await entriesOf(batch.headers)).toMatchObject([{ interaction: 'read', outcome: '4', id: 'nobody' }]);
});

test('S55: credentials that are not good are on the record of the platform', async () => {
  const answer = await clinic.request('GET', 'Patient', undefined, { authorization: 'Bearer nonsense' });
  expect(answer.status).toBe(401);
  await expect
    .poll(() => entriesOf(answer.headers))
    .toMatchObject([{ interaction: 'authenticate', outcome: '4', agent: '' }]);
});

test('S55: the name of an operation that no text of the store can hold harms neither its caller nor others', async () => {
  const names = ['$%00', '$a%00', 'Patient/$%00', 'Patient/1/$%00'];
  const answers = await Promise.all([
    ...names.map((name) => clinic.request('GET', name)),
    ...names.map(() => clinic.request('GET', 'Patient?_count=1')),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 200, 200, 200, 200]);
});

test('S57: an entry that cannot be stored fails alone', async () => {
  const audit = createReadAudit(server.database, () => new Date());
  const context = {
    tenant: clinic.tenant,
    projectId: clinic.projectId,
    author: 'ClientApplication/c',
    requestId: 'r',
    depth: 0,
  };
  const keep = (type: string) =>
    audit.record(context, { interaction: 'read', type, id: '', version: 0, outcome: '0', entries: 0 });
  const ends = await Promise.allSettled(['Patient', 'a\0b', 'Patient'].map(keep));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('S57: when the audit store fails nothing is read or written, and all works again once it answers', async () => {
  const patient = await newPatient();
  const run = (text: string) => server.database.query({ text, values: [] });
  await run('ALTER TABLE audit_entry RENAME TO audit_entry_away');
  try {
    expect((await clinic.request('GET', `Patient/${patient.id}`)).status).toBe(503);
    expect((await clinic.request('GET', 'Patient')).status).toBe(503);
    expect((await clinic.request('GET', `Patient/${patient.id}/_history`)).status).toBe(503);
    expect((await clinic.request('GET', `Patient/${patient.id}/$everything`)).status).toBe(503);
    expect((await clinic.request('GET', 'Patient/nobody')).status).toBe(503);
    expect((await clinic.request('PUT', `Patient/${patient.id}`, { ...patient, gender: 'female' })).status).toBe(503);
  } finally {
    await run('ALTER TABLE audit_entry_away RENAME TO audit_entry');
  }
  const read = await clinic.request<Patient>('GET', `Patient/${patient.id}`);
  expect([read.status, read.body.gender]).toEqual([200, undefined]);
});

test('S56: the database itself refuses to change or delete an entry', async () => {
  const run = (text: string) => server.database.query({ text, values: [] });
  await expect(run('DELETE FROM audit_entry')).rejects.toThrow(/append-only/);
  await expect(run(`UPDATE audit_entry SET agent = 'x'`)).rejects.toThrow(/append-only/);
  await expect(run('TRUNCATE audit_entry')).rejects.toThrow(/append-only/);
});
