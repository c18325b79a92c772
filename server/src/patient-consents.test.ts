/**
 * What patients permit and refuse, wherever a record would leave: reads, pages, includes, GraphQL, exports, hooks.
 * @see security.md S30, S39, S48
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessPolicy, Bundle, Condition, Consent, Patient, Subscription } from '@medplum/fhirtypes';
import { consentCoding } from '@mindbridge/fhir-profiles';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { partTwoConsent, releaseTo } from './part-two-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
let patient: string;
const received: string[] = [];

const hook = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  request.on('end', () => {
    received.push(text);
    response.end();
  });
});

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Consents');
  patient = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
}, 120_000);
afterAll(async () => {
  hook.close();
  await server.close();
});

const substance = (): Condition => ({
  resourceType: 'Condition',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F11.20' }] },
  subject: { reference: `Patient/${patient}` },
});
const newCondition = async () => (await clinic.request<Condition>('POST', 'Condition', substance())).body.id as string;

const consent = (more: Partial<Consent>): Consent => partTwoConsent(patient, more);
const release = (recipient: string) => consent({ provision: releaseTo(recipient) });

/** Somebody from whom labelled records are kept back. */
async function physician() {
  const resource = ['Patient', 'Condition', 'Subscription'].map((resourceType) => ({
    resourceType,
    ...(resourceType === 'Condition' && { criteria: 'Condition?_security:not=42CFRPart2' }),
  }));
  const person = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'physician', resource });
  const authorization = `Bearer ${await signIn(server, person)}`;
  return {
    profile: person.profile,
    request: <T = never>(method: string, path: string, body?: unknown, headers = {}) =>
      clinic.request<T>(method, path, body, { authorization, ...headers }),
    stepUp: () =>
      fetch(`${server.baseUrl}/auth/step-up`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ password: person.password }),
      }),
  };
}
type Physician = Awaited<ReturnType<typeof physician>>;

async function exported({ request }: Physician): Promise<string> {
  const started = await request('GET', '$export?_type=Condition', undefined, { prefer: 'respond-async' });
  const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
  let manifest = await request<{ output: { url: string }[] }>('GET', status);
  await expect
    .poll(
      async () => {
        manifest = await request('GET', status);
        return manifest.status;
      },
      { timeout: 20_000, interval: 1200 },
    )
    .toBe(200);
  const files = await Promise.all(
    manifest.body.output.map(async ({ url }) => (await request('GET', url.split('/fhir/R4/')[1] ?? '')).text),
  );
  await request('DELETE', status);
  return files.join('');
}

test('S39, S48: an export holds labelled records by consent only, and not once it is revoked', async () => {
  const doctor = await physician();
  const id = await newCondition();
  await doctor.stepUp();
  expect(await exported(doctor)).not.toContain(id);
  const given = (await clinic.request<Consent>('POST', 'Consent', release(doctor.profile))).body;
  await expect.poll(async () => (await doctor.request('GET', `Condition/${id}`)).status, { timeout: 5000 }).toBe(200);
  expect(await exported(doctor)).toContain(id);
  await clinic.request('PUT', `Consent/${given.id}`, { ...given, status: 'inactive' });
  await expect.poll(async () => (await doctor.request('GET', `Condition/${id}`)).status, { timeout: 5000 }).toBe(404);
  expect(await exported(doctor)).not.toContain(id);
}, 60_000);

test('S30, S48: a hook sends labelled records by consent only, as it stands when they are sent', async () => {
  const doctor = await physician();
  const endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const subscription: Subscription = {
    resourceType: 'Subscription',
    status: 'active',
    reason: 'x',
    criteria: 'Condition',
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
  };
  expect((await doctor.request('POST', 'Subscription', subscription)).status).toBe(201);
  const plain = (body: string) => received.some((text) => text.includes(body));
  const marker = async () => {
    const other = { resourceType: 'Condition', subject: { reference: `Patient/${patient}` }, code: { text: 'other' } };
    const { id } = (await clinic.request<Condition>('POST', 'Condition', other)).body;
    await expect.poll(() => plain(id as string), { timeout: 10_000 }).toBe(true);
  };
  const withheld = await newCondition();
  await marker();
  expect(plain(withheld)).toBe(false);
  await clinic.request('POST', 'Consent', release(doctor.profile));
  await expect
    .poll(async () => (await doctor.request('GET', `Condition/${withheld}`)).status, { timeout: 5000 })
    .toBe(200);
  await expect
    .poll(
      async () => {
        const sent = await newCondition();
        await marker();
        return plain(sent);
      },
      { timeout: 15_000, interval: 1000 },
    )
    .toBe(true);
}, 60_000);

test('S45: a hook is sent nothing that is hidden from its author', async () => {
  const resource = [{ resourceType: 'Condition', hiddenFields: ['note'] }, { resourceType: 'Subscription' }];
  const person = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'no notes', resource });
  const authorization = `Bearer ${await signIn(server, person)}`;
  const endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const channel = { type: 'rest-hook', endpoint, payload: 'application/fhir+json' };
  const asked = { resourceType: 'Subscription', status: 'active', reason: 'x', criteria: 'Condition', channel };
  expect((await clinic.request('POST', 'Subscription', asked, { authorization })).status).toBe(201);
  const noted = {
    resourceType: 'Condition',
    code: { text: 'shown' },
    note: [{ text: 'a hidden word' }],
    subject: { reference: `Patient/${patient}` },
  };
  const { id } = (await clinic.request<Condition>('POST', 'Condition', noted)).body;
  const sent = () => received.filter((text) => text.includes(id as string));
  await expect.poll(() => sent().some((text) => !text.includes('a hidden word')), { timeout: 10_000 }).toBe(true);
});

test('S48: a patient refuses what machines read, by herself, everywhere within five seconds, and takes it back', async () => {
  const policy = BASE_POLICIES.get('patient') as AccessPolicy;
  const person = await personOf(server, clinic, policy, {
    profile: { reference: `Patient/${patient}` } as never,
    parameter: [{ name: 'patient', valueReference: { reference: `Patient/${patient}` } }],
  });
  const authorization = `Bearer ${await signIn(server, person)}`;
  const bot = await addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: 'Bot/reader' } });
  const app = await addMember(server, clinic, [{ resourceType: '*' }]);
  const condition = (
    await clinic.request<Condition>('POST', 'Condition', {
      resourceType: 'Condition',
      code: { text: 'x' },
      subject: { reference: `Patient/${patient}` },
    })
  ).body.id;
  const sees = async ({ request }: typeof bot) => {
    const page = await request<Bundle>('GET', `Condition?_id=${condition}&_include=Condition:subject`);
    const graphql = await request<{ data: { ConditionList: unknown[] } }>('POST', '$graphql', {
      query: `{ ConditionList(_id: "${condition}") { id } }`,
    });
    return [
      (await request('GET', `Patient/${patient}`)).status,
      (await request('GET', `Condition/${condition}`)).status,
      page.body.entry?.length ?? 0,
      graphql.body.data.ConditionList.length,
    ];
  };
  expect(await sees(bot)).toEqual([200, 200, 2, 1]);
  const refusal = consent({ category: [{ coding: [consentCoding.optOutAi] }], provision: { type: 'deny' } });
  const made = await clinic.request<Consent>('POST', 'Consent', refusal, { authorization });
  expect(made.status).toBe(201);
  await expect.poll(() => sees(bot), { timeout: 5000 }).toEqual([404, 404, 0, 0]);
  expect(await sees(app)).toEqual([200, 200, 2, 1]);
  const elsewhere = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id;
  expect((await bot.request('GET', `Patient/${elsewhere}`)).status).toBe(200);
  const changed = await clinic.request(
    'PUT',
    `Consent/${made.body.id}`,
    { ...made.body, status: 'inactive' },
    { authorization },
  );
  expect(changed.status).toBe(200);
  await expect.poll(() => sees(bot), { timeout: 5000 }).toEqual([200, 200, 2, 1]);

  const named = consent({
    category: [{ coding: [consentCoding.optOut] }],
    provision: {
      type: 'deny',
      actor: [{ role: { text: 'app' }, reference: { reference: `ClientApplication/${app.clientId}` } }],
      class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Condition' }],
    },
  });
  const second = await clinic.request('POST', 'Consent', named, { authorization });
  expect(second.status, second.text).toBe(201);
  await expect.poll(() => sees(app), { timeout: 5000 }).toEqual([200, 404, 0, 0]);
}, 60_000);
