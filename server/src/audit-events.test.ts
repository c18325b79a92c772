import type { AuditEvent, Bot, Bundle, Parameters, Patient, Subscription, Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

type Events = Bundle<AuditEvent>;

let server: TestServer;
let clinic: TestClinic;
let alice: string;
let bob: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  alice = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  bob = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  await clinic.request('GET', `Patient/${alice}`);
  await clinic.request('GET', `Patient?_id=${alice},${bob}`);
  await clinic.request('GET', `Patient/${bob}`);
});
afterAll(() => server.close());

const subtypes = ({ body }: TestAnswer<Events>) =>
  (body.entry ?? []).map((entry) => entry.resource?.subtype?.[0]?.code);
const patientsIn = (event: AuditEvent | undefined) =>
  (event?.entity ?? []).flatMap((one) => (one.role?.code === '1' ? (one.what?.reference ?? []) : []));

test('S55: accesses are AuditEvents after BALP, found by patient, the newest first', async () => {
  const found = await clinic.request<Events>(
    'GET',
    `AuditEvent?patient=Patient/${alice}&agent=ClientApplication/${clinic.clientId}`,
  );
  expect(subtypes(found)).toEqual(['search-type', 'read', 'create']);
  const read = found.body.entry?.[1]?.resource as AuditEvent;
  expect(read).toMatchObject({
    resourceType: 'AuditEvent',
    meta: { profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read'] },
    action: 'R',
    outcome: '0',
    agent: [
      { who: { reference: `ClientApplication/${clinic.clientId}` }, requestor: true },
      { altId: clinic.clientId },
    ],
  });
  expect(patientsIn(read)).toEqual([`Patient/${alice}`]);
  const again = await clinic.request<AuditEvent>('GET', `AuditEvent/${read.id}`);
  expect(again.body).toEqual(read);
  const valid = await clinic.request<{ issue: { severity: string }[] }>('POST', 'AuditEvent/$validate', {
    ...read,
    meta: undefined,
  });
  expect(valid.body.issue.filter((issue) => issue.severity === 'error')).toEqual([]);
});

test('S55: action, outcome, entity, date and paging narrow the audit', async () => {
  expect(subtypes(await clinic.request('GET', `AuditEvent?patient=${bob}&action=R`))).toEqual(['read']);
  expect(subtypes(await clinic.request('GET', `AuditEvent?entity=Patient/${bob}&action=C`))).toEqual(['create']);
  await clinic.request('GET', 'Patient/nobody');
  expect(subtypes(await clinic.request('GET', 'AuditEvent?entity=Patient/nobody&outcome=4'))).toEqual(['read']);
  expect(subtypes(await clinic.request('GET', `AuditEvent?patient=${bob}&date=lt2020`))).toEqual([]);
  const total = await clinic.request<Events>('GET', `AuditEvent?patient=${bob}&action=R,C&_total=accurate&_count=1`);
  expect([total.body.total, total.body.entry?.length]).toEqual([2, 1]);
  const next = total.body.link?.find((link) => link.relation === 'next')?.url.split('/fhir/R4/')[1] as string;
  expect(subtypes(await clinic.request('GET', next))).toEqual(['create']);
  expect((await clinic.request('GET', 'AuditEvent?nonsense=1')).status).toBe(400);
});

test('S55: a kind of interaction finds all that are of it', async () => {
  const { id } = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body;
  for (const path of [`Patient?_id=${id}`, `Patient/${id}/$everything`, `Patient/${id}/_history`]) {
    await clinic.request('GET', path);
  }
  const found = async (kind: string) =>
    subtypes(await clinic.request('GET', `AuditEvent?entity=Patient/${id}&subtype=${kind}`));
  expect(await found('operation')).toEqual(['operation']);
  expect(await found('http://hl7.org/fhir/restful-interaction|history')).toHaveLength(1);
  const searches = subtypes(await clinic.request('GET', `AuditEvent?patient=${id}&subtype=search`));
  expect(searches).toEqual(['search-type']);
});

test('S56: no way over the API changes, makes or removes an AuditEvent', async () => {
  const [event] = (await clinic.request<Events>('GET', `AuditEvent?patient=${alice}`)).body.entry ?? [];
  const path = `AuditEvent/${event?.resource?.id}`;
  const { resource } = event ?? {};
  expect((await clinic.request('POST', 'AuditEvent', resource)).status).toBe(405);
  expect((await clinic.request('PUT', path, resource)).status).toBe(405);
  expect((await clinic.request('PATCH', path, [{ op: 'replace', path: '/outcome', value: '8' }])).status).toBe(405);
  expect((await clinic.request('DELETE', path)).status).toBe(405);
  expect((await clinic.request('DELETE', 'AuditEvent?patient=x')).status).toBe(405);
  for (const type of ['batch', 'transaction']) {
    for (const request of [
      { method: 'POST', url: 'AuditEvent' },
      { method: 'PUT', url: path },
      { method: 'DELETE', url: path },
    ]) {
      const answer = await clinic.request<Bundle>('POST', '', {
        resourceType: 'Bundle',
        type,
        entry: [{ resource, request }],
      });
      const status = type === 'batch' ? Number(answer.body.entry?.[0]?.response?.status.slice(0, 3)) : answer.status;
      expect([403, 404, 405]).toContain(status);
    }
  }
  const made = await clinic.request('POST', '$graphql', {
    query: `mutation { AuditEventCreate(res: {resourceType: "AuditEvent"}) { id } }`,
  });
  expect(made.text).not.toContain('"id"');
});

test('S58: a patient sees who saw his chart, not that of others; hidden elements stay hidden', async () => {
  const member = await addMember(server, clinic, [
    {
      resourceType: 'AuditEvent',
      interaction: ['read', 'search'],
      criteria: `AuditEvent?_compartment=Patient/${alice}`,
      hiddenFields: ['entity.query', 'entity.detail'],
    },
  ]);
  const own = await member.request<Events>('GET', 'AuditEvent');
  expect(subtypes(own)).toContain('read');
  for (const entry of own.body.entry ?? []) {
    expect(patientsIn(entry.resource)).toEqual([`Patient/${alice}`]);
  }
  expect(own.text).not.toContain(bob);
  expect(own.text).not.toContain('parameters');
  expect((await member.request<Events>('GET', `AuditEvent?patient=${bob}`)).body.entry ?? []).toEqual([]);
  const [foreign] = (await clinic.request<Events>('GET', `AuditEvent?patient=${bob}&action=R`)).body.entry ?? [];
  expect((await member.request('GET', `AuditEvent/${foreign?.resource?.id}`)).status).toBe(404);
  expect((await member.request('GET', `Patient/${bob}/$disclosures`)).status).toBe(404);
  const accesses = async (query = '') => {
    const told = await member.request<Parameters>('GET', `Patient/${alice}/$disclosures${query}`);
    const lines = (told.body.parameter ?? []).map(({ part = [] }) => {
      const named = (name: string) => part.find((one) => one.name === name);
      return `${named('interaction')?.valueCode} ${named('count')?.valueInteger}`;
    });
    return lines.filter((line) => !line.startsWith('$disclosures'));
  };
  const all = await accesses();
  expect(all.filter((line) => !line.startsWith('search-type'))).toEqual(['read 1', 'create 1']);
  expect(all).toContain('search-type 1');
  expect(await accesses('?start=2020-01-01&end=2999-01-01')).toEqual(all);
  expect(await accesses('?end=2020-01-01')).toEqual([]);
  expect(await accesses('?start=2999-01-01')).toEqual([]);
});

test('S43: without a rule for AuditEvent the audit is closed, and another clinic sees nothing of it', async () => {
  const member = await addMember(server, clinic, [{ resourceType: 'Patient' }]);
  expect((await member.request('GET', 'AuditEvent')).status).toBe(403);
  expect((await member.request('GET', `Patient/${alice}/$disclosures`)).status).toBe(403);
  const other = await server.clinic('Other');
  expect((await other.request<Events>('GET', `AuditEvent?patient=${alice}`)).body.entry ?? []).toEqual([]);
});

test('S30, S55: a run of a bot, a notification and one that was withheld are on record, with their patients', async () => {
  const audited = (query: string): Promise<AuditEvent[]> =>
    eventually(
      async () => (await clinic.request<Events>('GET', `AuditEvent?${query}`)).body.entry ?? [],
      (entries) => entries.length > 0,
    ).then((entries) => entries.map(({ resource }) => resource as AuditEvent));
  const repository = server.house.systemRepository(clinic.tenant);
  const bot = await repository.createResource<Bot>({ resourceType: 'Bot', name: 'b' });
  const task = { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: `Patient/${alice}` } };
  const blind = await addMember(server, clinic, [{ resourceType: 'Subscription' }]);
  const wanted = (endpoint: string): object => ({
    resourceType: 'Subscription',
    status: 'active',
    reason: 'audit',
    criteria: 'Task',
    channel: { type: 'rest-hook', endpoint },
  });
  await clinic.request('POST', 'Subscription', wanted(`Bot/${bot.id}`));
  const { body: secret } = await blind.request<Subscription>('POST', 'Subscription', wanted('http://127.0.0.1:9/'));
  const { body: made } = await clinic.request<Task>('POST', 'Task', task);
  const [run] = await audited(`entity=Bot/${bot.id}&agent=Bot/${bot.id}`);
  expect(run).toMatchObject({ subtype: [{ code: 'run' }], action: 'E', outcome: '8' });
  expect(run?.agent[1]?.who?.reference).toBe(`ClientApplication/${clinic.clientId}`);
  expect(patientsIn(run)).toEqual([`Patient/${alice}`]);
  const [withheld] = await audited(`entity=Task/${made.id}&agent=ClientApplication/${blind.clientId}`);
  expect(withheld).toMatchObject({ subtype: [{ code: 'notification' }], outcome: '4' });
  expect(withheld?.entity?.[1]?.detail?.[0]?.valueString).toContain(`"subscription":"${secret.id}"`);
  const told = await audited(`entity=Task/${made.id}&agent=ClientApplication/${clinic.clientId}&outcome=8`);
  expect(told[0]).toMatchObject({ subtype: [{ code: 'notification' }] });
});

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await read();
    if (holds(value) || Date.now() > end) {
      return value;
    }
  }
}
