/** Records under 42 CFR Part 2, over a whole server: withheld, released by a consent, and withheld again. @see security.md S48 */
import type {
  AccessPolicy,
  Bundle,
  Condition,
  Consent,
  DocumentReference,
  Patient,
  Resource,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partTwoConsent, releaseTo } from './part-two-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let patient: string;
let condition: string;

const POLICY: AccessPolicy = {
  resourceType: 'AccessPolicy',
  name: 'physician',
  resource: [
    ...['Condition', 'Observation', 'DocumentReference'].map((resourceType) => ({
      resourceType,
      criteria: `${resourceType}?_security:not=42CFRPart2`,
    })),
    { resourceType: 'Binary' },
  ],
};

const opioids = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F11.20' }] };

async function create<T extends Resource>(resource: T): Promise<string> {
  const { status, body, text } = await clinic.request<T>('POST', resource.resourceType, resource);
  expect(status, text).toBe(201);
  return body.id as string;
}

async function physician() {
  const person = await personOf(server, clinic, POLICY);
  const authorization = `Bearer ${await signIn(server, person)}`;
  return {
    profile: person.profile,
    request: <T = never>(method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      clinic.request<T>(method, path, body, { authorization, ...headers }),
  };
}

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  patient = await create<Patient>({ resourceType: 'Patient' });
  condition = await create<Condition>({
    resourceType: 'Condition',
    code: opioids,
    subject: { reference: `Patient/${patient}` },
  });
});
afterAll(() => server.close());

const consentTo = (recipient: string, more: Partial<NonNullable<Consent['provision']>> = {}): Consent =>
  partTwoConsent(patient, { provision: releaseTo(recipient, more) });

test('S48: a consent releases labelled records to the person it names, with notice and reference, until it is revoked', async () => {
  const [named, other] = [await physician(), await physician()];
  const elsewhere = await create<Patient>({ resourceType: 'Patient' });
  const foreign = await create<Condition>({
    resourceType: 'Condition',
    code: opioids,
    subject: { reference: `Patient/${elsewhere}` },
  });
  expect((await named.request('GET', `Condition/${condition}`)).status).toBe(404);
  const consent = await create(consentTo(named.profile));

  await expect
    .poll(async () => (await named.request('GET', `Condition/${condition}`)).status, { timeout: 5000 })
    .toBe(200);
  const { headers } = await named.request('GET', `Condition/${condition}`);
  expect(headers.get('part2-notice')).toBe('42 CFR part 2 prohibits unauthorized use or disclosure of these records.');
  expect(headers.get('link')).toContain(`/Consent/${consent}>; rel=`);
  const found = await named.request<Bundle>('GET', `Condition?patient=Patient/${patient}&_total=accurate`);
  expect(found.body).toMatchObject({ total: 1, entry: [{ resource: { id: condition } }] });
  expect((await named.request('DELETE', `Condition/${condition}`)).status).toBe(404);
  expect((await named.request('GET', `Condition/${foreign}`)).status).toBe(404);
  expect((await other.request('GET', `Condition/${condition}`)).status).toBe(404);

  const read = (await clinic.request<Consent>('GET', `Consent/${consent}`)).body;
  await clinic.request('PUT', `Consent/${consent}`, { ...read, status: 'inactive' });
  await expect
    .poll(async () => (await named.request('GET', `Condition/${condition}`)).status, { timeout: 5000 })
    .toBe(404);
  expect((await named.request<Bundle>('GET', `Condition?patient=Patient/${patient}&_total=accurate`)).body.total).toBe(
    0,
  );
});

test('S48: a signed link to an attachment is good as long as the consent', async () => {
  const named = await physician();
  const subject = { reference: `Patient/${patient}` };
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    status: 'current',
    type: opioids,
    subject,
    content: [{ attachment: { title: 'x' } }],
  };
  const id = await create(document);
  const data = Buffer.from('secret-habit').toString('base64');
  const securityContext = { reference: `DocumentReference/${id}` };
  const binary = await create({ resourceType: 'Binary', contentType: 'text/plain', data, securityContext });
  await clinic.request('PUT', `DocumentReference/${id}`, {
    ...document,
    id,
    content: [{ attachment: { url: `Binary/${binary}` } }],
  });
  const consent = await create(consentTo(named.profile));
  const shown = () =>
    named.request<DocumentReference>('GET', `DocumentReference/${id}`, undefined, { 'x-medplum': 'extended' });
  await expect.poll(async () => (await shown()).status, { timeout: 5000 }).toBe(200);
  const link = (await shown()).body.content[0]?.attachment.url ?? '';
  expect(await (await fetch(link)).text()).toBe('secret-habit');
  const read = (await clinic.request<Consent>('GET', `Consent/${consent}`)).body;
  await clinic.request('PUT', `Consent/${consent}`, { ...read, status: 'inactive' });
  await expect.poll(async () => (await fetch(link)).status, { timeout: 5000 }).toBe(404);
});

test('S48: a consent releases only what it names, only in its time, and only when it permits', async () => {
  const doctors = [await physician(), await physician(), await physician()] as const;
  const [byType, inThePast, denied] = doctors;
  const resourceTypes = 'http://hl7.org/fhir/resource-types';
  await create(consentTo(byType.profile, { class: [{ system: resourceTypes, code: 'Observation' }] }));
  await create(consentTo(inThePast.profile, { period: { end: '2020-01-01' } }));
  await create(consentTo(denied.profile, { type: 'deny' }));
  const observation = await create({
    resourceType: 'Observation',
    status: 'final',
    code: opioids,
    subject: { reference: `Patient/${patient}` },
  });
  await expect
    .poll(async () => (await byType.request('GET', `Observation/${observation}`)).status, { timeout: 5000 })
    .toBe(200);
  expect(
    await Promise.all(doctors.map(async (doctor) => (await doctor.request('GET', `Condition/${condition}`)).status)),
  ).toEqual([404, 404, 404]);
});

test('S48: a psychotherapy note is its author’s alone, whatever policy others have', async () => {
  const [author, colleague] = [await physician(), await physician()];
  const note: DocumentReference = {
    resourceType: 'DocumentReference',
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }] },
    status: 'current',
    author: [{ reference: author.profile as `Practitioner/${string}` }],
    content: [{ attachment: { contentType: 'text/plain', data: 'eA==' } }],
  };
  const made = await author.request<DocumentReference>('POST', 'DocumentReference', note);
  expect(made.status, made.text).toBe(201);
  const path = `DocumentReference/${made.body.id}`;
  expect((await author.request('GET', path)).status).toBe(200);
  for (const request of [colleague.request, clinic.request]) {
    expect((await request('GET', path)).status).toBe(404);
    expect((await request<Bundle>('GET', `DocumentReference?_id=${made.body.id}&_total=accurate`)).body.total).toBe(0);
    expect((await request('GET', `${path}/_history`)).status).toBe(404);
  }
});
