/**
 * What is sealed at rest, over a whole server: nothing of it lies in any table, and everything is served as if it did.
 * @see security.md S74, S75
 */
import { randomInt } from 'node:crypto';
import type { Bundle, ClientApplication, Communication, Patient, Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { raw, sql } from './database/index.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

const SSN = `9${randomInt(10, 99)}-${randomInt(10, 99)}-${randomInt(1000, 9999)}`;
const SECRET = 'the-heron-flies-at-noon';

/** The tables in which a text lies: what a dump of the database would show. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await server.database.query<{ name: string }>(
    sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await server.database.query(
      sql`SELECT 1 FROM ${raw(`"${name}"`)} t WHERE position(${text} IN t::text) > 0 LIMIT 1`,
    );
    found.push(...(rows.length > 0 ? [name] : []));
  }
  return found;
}

const patient: Patient = {
  resourceType: 'Patient',
  name: [{ family: 'Heron' }],
  identifier: [{ system: 'http://hl7.org/fhir/sid/us-ssn', value: SSN }],
};

const messageTo = (reference: string, contentString: string): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: { reference },
  payload: [{ contentString }],
});

test('S75: neither tables nor search index nor history hold messages, notes, social security numbers or secrets', async () => {
  const made = (await clinic.request<Patient>('POST', 'Patient', patient)).body;
  const message = (
    await clinic.request<Communication>('POST', 'Communication', messageTo(`Patient/${made.id}`, SECRET))
  ).body;
  const path = `Communication/${message.id}`;
  await clinic.request('PUT', path, { ...message, payload: [{ contentString: `${SECRET} again` }] });
  const note = await clinic.request('POST', 'DocumentReference', {
    resourceType: 'DocumentReference',
    status: 'current',
    content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(`note: ${SECRET}`).toString('base64') } }],
  });
  await clinic.request(
    'PATCH',
    `Patient/${made.id}`,
    JSON.stringify([{ op: 'add', path: '/gender', value: 'female' }]),
    {
      'content-type': 'application/json-patch+json',
    },
  );

  for (const text of [SECRET, SSN, Buffer.from(`note: ${SECRET}`).toString('base64'), clinic.clientSecret]) {
    expect(await tablesWith(text)).toEqual([]);
  }
  expect(await tablesWith('Heron')).toContain('resource');

  expect((await clinic.request<Communication>('GET', path)).text).toContain(`${SECRET} again`);
  expect((await clinic.request('GET', `${path}/_history/1`)).text).toContain(`"${SECRET}"`);
  expect((await clinic.request('GET', `${path}/_history`)).text).toContain(`"${SECRET}"`);
  expect((await clinic.request('GET', `Patient/${made.id}/$everything`)).text).toContain(SECRET);
  expect(
    (
      await clinic.request('POST', '$graphql', {
        query: `{ Communication(id: "${message.id}") { payload { contentString } } }`,
      })
    ).text,
  ).toContain(SECRET);
  expect(note.text).toContain('"data"');
});

test('S75: nor reasons and notes of tasks, numbers under their object identifier, and what stands contained', async () => {
  const secret = 'a-kestrel-over-the-mill';
  const ssn = { system: 'urn:oid:2.16.840.1.113883.4.1', value: '901-22-3344' };
  const made = await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient', identifier: [ssn] });
  const task = await clinic.request('POST', 'Task', {
    ...{ resourceType: 'Task', status: 'requested', intent: 'order' },
    ...{ reasonCode: { text: secret }, statusReason: { text: secret }, note: [{ text: secret }] },
  });
  const contained = { resourceType: 'Patient', id: 'p', identifier: [{ ...ssn, value: '902-33-4455' }] };
  const encounter = await clinic.request('POST', 'Encounter', {
    ...{ resourceType: 'Encounter', status: 'planned', class: { code: 'AMB' } },
    ...{ contained: [contained], subject: { reference: '#p' } },
  });
  for (const text of [secret, '901-22-3344', '902-33-4455']) {
    expect(await tablesWith(text)).toEqual([]);
  }
  expect(task.text.split(secret)).toHaveLength(4);
  expect(encounter.text).toContain('902-33-4455');
  const found = await clinic.request<Bundle<Patient>>('GET', `Patient?identifier=${ssn.system}|${ssn.value}`);
  expect(found.body.entry?.map(({ resource }) => resource?.id)).toEqual([made.body.id]);
  expect((await clinic.request<Bundle>('GET', `Patient?identifier=${ssn.value}`)).body.entry).toHaveLength(1);
});

test('S75: a social security number is found by its whole value, with and without its system, and by nothing less', async () => {
  const find = async (search: string) =>
    (await clinic.request<Bundle>('GET', `Patient?${search}`)).body.entry?.length ?? 0;
  expect(await find(`identifier=http://hl7.org/fhir/sid/us-ssn|${SSN}`)).toBe(1);
  expect(await find(`identifier=${SSN}`)).toBe(1);
  expect(await find('identifier=http://hl7.org/fhir/sid/us-ssn|')).toBe(1);
  expect(await find(`identifier=http://hl7.org/fhir/sid/us-ssn|${SSN.slice(0, -1)}`)).toBe(0);
  expect(await find(`_content=${SSN}`)).toBe(0);
  const answer = await clinic.request<Patient>('POST', 'Patient', patient, {
    'if-none-exist': `identifier=http://hl7.org/fhir/sid/us-ssn|${SSN}`,
  });
  expect(answer.status).toBe(200);
});

test('S75: so it is where a clinic has search parameters of its own', async () => {
  const parameter = {
    url: 'https://clinic.example/SearchParameter/x',
    name: 'x',
    description: 'x',
    code: 'x-gender',
    type: 'token',
  };
  await clinic.request('POST', 'SearchParameter', {
    ...{ resourceType: 'SearchParameter', status: 'active', base: ['Practitioner'], expression: 'Practitioner.gender' },
    ...parameter,
  });
  await expect
    .poll(async () => (await clinic.request('GET', 'Practitioner?x-gender=male')).status, { timeout: 10_000 })
    .toBe(200);
  const other = '900-12-3456';
  await clinic.request('POST', 'Patient', {
    ...patient,
    identifier: [{ system: patient.identifier?.[0]?.system, value: other }],
  });
  expect((await clinic.request<Bundle>('GET', `Patient?identifier=${other}`)).body.entry).toHaveLength(1);
});

test('S75: what is moved to another row does not open, by a read or on a page', async () => {
  const [one, two] = await Promise.all(
    ['first', 'second'].map((text) =>
      clinic.request<Communication>('POST', 'Communication', messageTo('Patient/x', text)),
    ),
  );
  await server.database.query(
    sql`UPDATE resource SET content = (SELECT content FROM resource WHERE id = ${one?.body.id})
      WHERE id = ${two?.body.id}`,
  );
  const moved = await clinic.request('GET', `Communication/${two?.body.id}`);
  expect([moved.status, moved.text.includes('first')]).toEqual([503, false]);
  const page = await clinic.request('GET', `Communication?_id=${two?.body.id}`);
  expect([page.status, page.text.includes('first')]).toEqual([503, false]);
  const included = await clinic.request('GET', 'Communication?_count=50');
  expect(included.text).not.toContain('first');
  await server.database.query(sql`DELETE FROM resource WHERE id = ${two?.body.id}`);
});

test('S75: files of exports are sealed until they are given out', async () => {
  await clinic.request<Communication>('POST', 'Communication', messageTo('Patient/z', `${SECRET} exported`));
  const started = await clinic.request('GET', '$export?_type=Communication', undefined, { prefer: 'respond-async' });
  const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
  let url = '';
  await expect
    .poll(
      async () => {
        const answer = await clinic.request<{ output: { url: string }[] }>('GET', status);
        url = answer.body?.output?.[0]?.url ?? '';
        return answer.status;
      },
      { timeout: 20_000, interval: 1200 },
    )
    .toBe(200);
  const chunks = await server.database.query<{ content: Buffer }>(
    sql`SELECT content FROM job_chunk WHERE tenant = ${clinic.tenant}`,
  );
  expect(chunks.length).toBeGreaterThan(0);
  expect(chunks.every(({ content }) => content.toString('latin1').startsWith('sealed.1.'))).toBe(true);
  expect(await tablesWith('$export')).not.toContain('job');
  expect((await clinic.request('GET', url.split('/fhir/R4/')[1] ?? '')).text).toContain(`${SECRET} exported`);
});

test('S75: what waits to be carried out is sealed, and carried out', async () => {
  await server.house.vault.rotate(clinic.tenant);
  const resource = messageTo('Patient/z', `${SECRET} deferred`);
  const entry = [{ resource, request: { method: 'POST', url: 'Communication' } }];
  const bundle = { resourceType: 'Bundle', type: 'batch', entry };
  const started = await clinic.request('POST', '', bundle, { prefer: 'respond-async' });
  const rows = await server.database.query<{ content: Buffer }>(
    sql`SELECT content FROM job_chunk WHERE tenant = ${clinic.tenant} AND type = 'Bundle'`,
  );
  expect(rows.map(({ content }) => content.toString('latin1', 0, 9))).toEqual(rows.map(() => 'sealed.1.'));
  const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
  await expect
    .poll(async () => (await clinic.request('GET', status)).status, { timeout: 20_000, interval: 1200 })
    .toBe(200);
  expect((await clinic.request('GET', 'Communication?_count=50')).text).toContain(`${SECRET} deferred`);
});

test('S75: rotation under load fails no read, and leaves nothing under the old key', async () => {
  const made = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      clinic.request<Communication>('POST', 'Communication', messageTo('Patient/y', `text ${n}`)),
    ),
  );
  let isOver = false;
  let reads = 0;
  const reader = async (): Promise<string[]> => {
    const wrong: string[] = [];
    for (let n = 0; !isOver; n = (n + 1) % made.length) {
      const { status, text } = await clinic.request('GET', `Communication/${made[n]?.body.id}`);
      reads += 1;
      wrong.push(...(status === 200 && text.includes(`text ${n}"`) ? [] : [`${n}: ${status}`]));
    }
    return wrong;
  };
  const readers = [reader(), reader(), reader()];
  const before = await server.database.query<{ kid: string }>(
    sql`SELECT kid FROM data_key WHERE tenant = ${clinic.tenant}`,
  );
  for (let round = 0; round < 3; round++) {
    await server.house.vault.rotate(clinic.tenant);
    await server.house.vault.reseal(clinic.tenant);
  }
  isOver = true;
  expect((await Promise.all(readers)).flat()).toEqual([]);
  expect(reads).toBeGreaterThan(20);
  for (const { kid } of before) {
    // What was asked of jobs stays under the key of its day, and goes with them.
    expect((await tablesWith(`1.${kid}.`)).filter((table) => table !== 'job')).toEqual([]);
  }
});

test('S54: a client’s retiring secret goes on working until it is taken away', async () => {
  const repository = server.house.systemRepository(clinic.tenant);
  const client = await repository.readResource<ClientApplication>('ClientApplication', clinic.clientId);
  const [secret, retiringSecret] = ['a-new-secret', client.secret];
  await repository.updateResource<ClientApplication>({ ...client, secret, retiringSecret });
  const basic = (own: string) => ({
    authorization: `Basic ${Buffer.from(`${clinic.clientId}:${own}`).toString('base64')}`,
  });
  expect((await clinic.request('GET', 'Patient?_count=1', undefined, basic(secret))).status).toBe(200);
  expect((await clinic.request('GET', 'Patient?_count=1')).status).toBe(200);
});

test('S75: what was written before its element was to be sealed is sealed by the operators’ command, in every version', async () => {
  const old = `the-ibis-${randomInt(1e9)}`;
  const task = { resourceType: 'Task', status: 'requested', intent: 'order', reasonCode: { text: old } } as const;
  const { id } = (await clinic.request<Task>('POST', 'Task', task)).body;
  const asBefore = async () => {
    const { text } = await clinic.request('GET', `Task/${id}`);
    await server.database.query(
      sql`UPDATE resource SET content = ${text} WHERE tenant = ${clinic.tenant} AND type = 'Task' AND id = ${id}`,
    );
  };
  await asBefore();
  const read = (await clinic.request<Task>('GET', `Task/${id}`)).body;
  await clinic.request('PUT', `Task/${id}`, { ...read, priority: 'urgent' });
  await asBefore();
  expect((await tablesWith(old)).sort()).toEqual(['resource', 'resource_history']);
  const steps: number[] = [];
  expect(await server.house.vault.sealPlain(clinic.tenant, ({ sealed }) => steps.push(sealed))).toBe(2);
  expect(steps.at(-1)).toBe(2);
  expect(await tablesWith(old)).toEqual([]);
  expect(await server.house.vault.sealPlain(clinic.tenant, () => undefined)).toBe(0);
  for (const path of [`Task/${id}`, `Task/${id}/_history/1`]) {
    expect((await clinic.request<Task>('GET', path)).body.reasonCode?.text).toBe(old);
  }
});
