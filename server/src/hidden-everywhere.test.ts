/** An element that a policy hides leaves by no way, and is kept by those who cannot see it. @see security.md S45 */
import type { AccessPolicy, Bundle, Observation, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver, type TestReceiver } from './receiver-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember, type TestMember } from './testing-member.ts';

const HIDDEN = 'zqhidden';
const SHOWN = 'zqshown';

let server: TestServer;
let clinic: TestClinic;
let clerk: TestMember;
let id: string;
let receiver: TestReceiver;

const patient = (): Patient => ({
  resourceType: 'Patient',
  name: [{ family: SHOWN }],
  telecom: [{ system: 'phone', value: HIDDEN }],
  contact: [{ relationship: [{ text: SHOWN }], name: { family: HIDDEN } }],
  contained: [{ resourceType: 'Organization', id: 'o', name: HIDDEN }],
  managingOrganization: { reference: '#o' },
});

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  id = (await clinic.request<Patient>('POST', 'Patient', patient())).body.id as string;
  const observation = { resourceType: 'Observation', status: 'final', code: { text: SHOWN } };
  await clinic.request('POST', 'Observation', { ...observation, subject: { reference: `Patient/${id}` } });
  const first = (await clinic.request<Patient>('GET', `Patient/${id}`)).body;
  await clinic.request('PUT', `Patient/${id}`, { ...first, gender: 'female' });
  clerk = await addMember(server, clinic, [
    { resourceType: 'Patient', hiddenFields: ['telecom', 'contact.name', 'contained'] },
    ...['Observation', 'Subscription', 'Basic'].map((resourceType) => ({ resourceType })),
  ]);
  receiver = await startReceiver();
});
afterAll(async () => {
  receiver.close();
  await server.close();
});

const batched = (type: string, method: string, url: string, resource?: Resource) => ({
  resourceType: 'Bundle',
  type,
  entry: [{ request: { method, url }, ...(resource && { resource }) }],
});

const WAYS = (): [string, string, unknown?][] => [
  ['GET', `Patient/${id}`],
  ['GET', `Patient/${id}/_history/1`],
  ['GET', `Patient/${id}/_history`],
  ['GET', 'Patient/_history'],
  ['GET', '_history'],
  ['GET', `Patient/${id}?_asOf=2100-01-01T00:00:00Z`],
  ['GET', `Patient?_id=${id}`],
  ['GET', `?_type=Patient&_id=${id}`],
  ['GET', `Patient?_id=${id}&_elements=name,telecom,contact`],
  ['GET', `Patient/${id}?_elements=name,telecom,contact`],
  ['GET', 'Observation?_include=Observation:subject'],
  ['GET', `Patient?_id=${id}&_revinclude=Observation:subject`],
  ['GET', `Patient/${id}/$everything`],
  ['GET', `Patient/${id}/$summary`],
  ['GET', 'Patient/$csv?_fields=name.family,telecom.value,contact.name.family'],
  [
    'POST',
    '$graphql',
    { query: `{ Patient(id: "${id}") { name { family } telecom { value } contact { name { family } } } }` },
  ],
  ['POST', '', batched('batch', 'GET', `Patient/${id}`)],
  ['POST', '', batched('transaction', 'GET', `Patient/${id}/_history`)],
  ['POST', '', batched('batch', 'GET', 'Observation?_include=Observation:subject')],
];

test('S45: nothing that is read shows it', async () => {
  for (const [method, path, body] of WAYS()) {
    const answer = await clerk.request(method, path, body);
    const { text: shown, status } = answer;
    expect([path, status, shown.includes(SHOWN), shown.includes(HIDDEN)]).toEqual([path, 200, true, false]);
    const whole = await clinic.request(method, path, body);
    expect([path, whole.text.includes(HIDDEN)]).toEqual([path, true]);
  }
});

test('S45: nor an export, nor a notification', async () => {
  const started = await clerk.request('GET', 'Patient/$export', undefined, { prefer: 'respond-async' });
  const below = (url: string): string => url.split('/fhir/R4/')[1] ?? '';
  const poll = () =>
    clerk.request<{ output: { url: string }[] }>('GET', below(started.headers.get('content-location') ?? ''));
  await expect.poll(async () => (await poll()).status, { timeout: 20_000, interval: 1000 }).toBe(200);
  const files = await Promise.all((await poll()).body.output.map(({ url }) => clerk.request('GET', below(url))));
  const exported = files.map((file) => file.text).join('');
  expect([exported.includes(SHOWN), exported.includes(HIDDEN)]).toEqual([true, false]);
  const endpoint = receiver.url;
  const channel = { type: 'rest-hook', endpoint, payload: 'application/fhir+json' };
  const hook = { resourceType: 'Subscription', status: 'active', reason: 'x', criteria: 'Patient', channel };
  expect((await clerk.request('POST', 'Subscription', hook)).status).toBe(201);
  await clinic.request('POST', 'Patient', patient());
  await expect.poll(() => receiver.received.length, { timeout: 5000 }).toBeGreaterThan(0);
  expect([receiver.received.join('').includes(SHOWN), receiver.received.join('').includes(HIDDEN)]).toEqual([
    true,
    false,
  ]);
});

test('S44: criteria of a Subscription on a hidden element match nothing by it', async () => {
  const subscribed = async (criteria: string): Promise<string> => {
    const channel = { type: 'websocket', payload: 'application/fhir+json' };
    const wanted = { resourceType: 'Subscription', status: 'active', reason: 'x', criteria, channel };
    return (await clerk.request<Resource>('POST', 'Subscription', wanted)).body.id as string;
  };
  const all = await subscribed('Patient');
  const hints = await Promise.all(
    [`phone=${HIDDEN}`, 'phone:missing=false', `_filter=phone eq "${HIDDEN}"`].map((query) =>
      subscribed(`Patient?${query}`),
    ),
  );
  const events = async (subscription: string): Promise<number> => {
    const { body } = await clerk.request<Bundle>('GET', `Subscription/${subscription}/$events?eventsSinceNumber=1`);
    return (body.entry ?? []).length - 1;
  };
  await expect
    .poll(async () => {
      await clinic.request('POST', 'Patient', patient());
      return events(all);
    })
    .toBeGreaterThan(0);
  expect(await Promise.all(hints.map(events))).toEqual([0, 0, 0]);
  for (const hint of hints) {
    expect((await clerk.request('GET', `Subscription/${hint}/$status`)).text).toContain('"valueString":"0"');
  }
});

test('S45: what a resource must have may be hidden, and is kept', async () => {
  const hiding = await addMember(server, clinic, [{ resourceType: 'Observation', hiddenFields: ['code'] }]);
  const made = await clinic.request<Observation>('POST', 'Observation', {
    ...{ resourceType: 'Observation', status: 'preliminary', code: { text: HIDDEN } },
  });
  const path = `Observation/${made.body.id}`;
  const shown = (await hiding.request<Observation>('GET', path)).body;
  expect(shown.code).toBeUndefined();
  const changed = await hiding.request('PUT', path, { ...shown, status: 'final' });
  expect([changed.status, changed.text.includes(HIDDEN)]).toEqual([200, false]);
  expect((await hiding.request('PATCH', path, [{ op: 'replace', path: '/status', value: 'amended' }])).status).toBe(
    200,
  );
  expect((await clinic.request('GET', path)).body).toMatchObject({ status: 'amended', code: { text: HIDDEN } });
  expect((await hiding.request('PUT', path, { ...shown, status: 7 })).status).toBe(400);
});

test('S45: no test of a patch tells it, no answer to a write shows it, and every write keeps it', async () => {
  const path = `Patient/${id}`;
  const asked = (value: string) => clerk.request('PATCH', path, [{ op: 'test', path: '/telecom/0/value', value }]);
  const [right, wrong] = [await asked(HIDDEN), await asked('x')];
  expect([right.status, right.text]).toEqual([wrong.status, wrong.text]);
  expect(right.status).toBeGreaterThanOrEqual(400);
  const moved = [{ op: 'copy', from: '/telecom', path: '/name/0/given' }];
  expect((await clerk.request('PATCH', path, moved)).status).toBeGreaterThanOrEqual(400);
  const representation = { prefer: 'return=representation' };
  const own = (await clerk.request<Patient>('GET', path)).body;
  const answers = [
    await clerk.request('PUT', path, { ...own, birthDate: '1980-01-01' }, representation),
    await clerk.request('PATCH', path, [{ op: 'add', path: '/active', value: true }], representation),
    await clerk.request<Bundle>('POST', '', batched('transaction', 'PUT', path, { ...own, language: 'en' })),
    await clerk.request('PUT', path, { ...own, telecom: [{ system: 'phone', value: 'zqother' }] }, representation),
  ];
  for (const { status, text: shown } of answers) {
    expect([status, shown.includes(HIDDEN), shown.includes('zqother')]).toEqual([200, false, false]);
  }
  const { body } = await clinic.request<Patient>('GET', path);
  expect([body.telecom?.[0]?.value, body.contact?.[0]?.name?.family]).toEqual([HIDDEN, HIDDEN]);
});

test('S43, S45, S51: texts that searches keep at hand are shown under the rules of the caller and of the moment', async () => {
  const other = await server.clinic();
  const ids: string[] = [];
  for (const family of ['zqone', 'zqthree', 'zqtwo']) {
    const telecom: Patient['telecom'] = [{ system: 'phone', value: 'zqphone' }];
    const patient: Patient = { resourceType: 'Patient', name: [{ family }], gender: 'female', telecom };
    ids.push((await clinic.request<Patient>('POST', 'Patient', patient)).body.id as string);
  }
  const [one, , two] = ids as [string, string, string];
  const reader = await addMember(server, clinic, [
    { resourceType: 'Patient', criteria: 'Patient?gender=female', hiddenFields: ['telecom'] },
  ]);
  const query = `Patient?_id=${ids.join()}&_sort=name`;
  const shown = async (path: string) => JSON.stringify((await reader.request<Bundle>('GET', path)).body);
  // All texts are at hand, of those who may see them whole.
  for (let n = 0; n < 30; n++) {
    expect((await clinic.request<Bundle>('GET', query)).body.entry).toHaveLength(3);
  }
  const first = (await reader.request<Bundle>('GET', `${query}&_count=1`)).body;
  expect(JSON.stringify(first)).toContain('zqone');
  expect(JSON.stringify(first)).not.toContain('zqphone');
  expect((await other.request<Bundle>('GET', query)).body.entry ?? []).toEqual([]);

  const whole = (await clinic.request<Patient>('GET', `Patient/${one}`)).body;
  await clinic.request('PUT', `Patient/${one}`, { ...whole, name: [{ family: 'zqanew' }] });
  const changed = await shown(query);
  expect(changed).toContain('zqanew');
  expect(changed).not.toMatch(/zqone|zqphone/);
  await clinic.request('PUT', `Patient/${one}`, { ...whole, gender: 'male' });
  await clinic.request('DELETE', `Patient/${two}`);
  const left = await shown(query);
  expect(left).toContain('zqthree');
  expect(left).not.toMatch(/zqone|zqanew|zqtwo|zqphone/);

  // The policy changes between two pages.
  const system = server.house.systemRepository(clinic.tenant);
  const policy = await system.readResource<AccessPolicy>('AccessPolicy', reader.policyId);
  const resource = [{ resourceType: 'Patient', criteria: 'Patient?gender=other' }];
  await system.updateResource<AccessPolicy>({ ...policy, resource });
  const next = first.link?.find(({ relation }) => relation === 'next')?.url.split('/fhir/R4/')[1] as string;
  await expect.poll(() => shown(next), { timeout: 5000 }).not.toContain('zqthree');
  expect(await shown(query)).not.toMatch(/zqone|zqtwo|zqthree|zqphone/);
});
