// https://hl7.org/fhir/R4/http.html#transaction
import type { Bundle, BundleEntry, Observation, OperationOutcome, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer({ MAX_BUNDLE_ENTRIES: '1500' });
  clinic = await server.clinic();
});
afterAll(() => server.close());

const patient = (value: string): Patient => ({ resourceType: 'Patient', identifier: [{ system: 'urn:t', value }] });
const observation = (reference: string): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference },
});
const post = (resource: Resource, fullUrl?: string, extra = {}): BundleEntry => ({
  fullUrl,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...extra },
});
const send = <T = Bundle>(type: 'batch' | 'transaction', entry: BundleEntry[], headers = {}) =>
  clinic.request<T>('POST', '', { resourceType: 'Bundle', type, entry }, headers);
const count = async (query: string) => (await clinic.request<Bundle>('GET', `${query}&_summary=count`)).body.total;

describe('transaction', () => {
  it('resolves urn references in either direction and answers in the order of the entries', async () => {
    const { status, body } = await send('transaction', [
      post(observation('urn:uuid:00000000-0000-4000-8000-000000000001')),
      post(patient('order'), 'urn:uuid:00000000-0000-4000-8000-000000000001'),
    ]);
    expect([status, body.type]).toEqual([200, 'transaction-response']);
    const [first, second] = body.entry as BundleEntry[];
    expect(first?.response?.status).toBe('201 Created');
    expect((first?.resource as Observation | undefined)?.subject?.reference).toBe(`Patient/${second?.resource?.id}`);
  });

  it('is all or nothing, and names the entry that fails', async () => {
    const bad = { resourceType: 'Observation', code: { text: 'no status' } } as Resource;
    const { status, body } = await send<OperationOutcome>('transaction', [post(patient('none')), post(bad)]);
    expect([status, issuesOf(body)[0]?.[1]]).toEqual([400, 'Bundle.entry[1].resource.status']);
    expect(await count('Patient?identifier=urn:t|none')).toBe(0);
  });

  it('refuses a reference to nothing, and two entries for one resource', async () => {
    const dangling = await send<OperationOutcome>('transaction', [
      post(patient('d')),
      post(observation('urn:uuid:nobody')),
    ]);
    expect([dangling.status, issuesOf(dangling.body)[0]?.[1]]).toEqual([
      400,
      'Bundle.entry[1].resource.subject.reference',
    ]);
    const unmatched = [post(patient('d')), post(observation('Patient?identifier=urn:t|nobody'))];
    const { status, body: outcome } = await send<OperationOutcome>('transaction', unmatched);
    expect([status, issuesOf(outcome)[0]?.[1]]).toEqual([400, 'Bundle.entry[1]']);
    const { body } = await clinic.request<Patient>('POST', 'Patient', patient('twice'));
    const put = { resource: body, request: { method: 'PUT' as const, url: `Patient/${body.id}` } };
    expect((await send('transaction', [put, put])).status).toBe(400);
    expect(await count('Patient?identifier=urn:t|d')).toBe(0);
  });

  it('creates, updates, patches, deletes and reads in one go', async () => {
    const made = await Promise.all(
      ['a', 'b', 'c'].map(async (v) => (await clinic.request<Patient>('POST', 'Patient', patient(v))).body),
    );
    const [a, b, c] = made as [Patient, Patient, Patient];
    const jsonPatch = Buffer.from(JSON.stringify([{ op: 'add', path: '/active', value: true }])).toString('base64');
    const { body } = await send('transaction', [
      { request: { method: 'GET', url: `Patient/${a.id}` } },
      { resource: { ...a, gender: 'male' }, request: { method: 'PUT', url: `Patient/${a.id}`, ifMatch: 'W/"1"' } },
      {
        resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: jsonPatch },
        request: { method: 'PATCH', url: `Patient/${b.id}` },
      },
      { request: { method: 'DELETE', url: `Patient/${c.id}` } },
    ]);
    expect(body.entry?.map((entry) => entry.response?.status.slice(0, 3))).toEqual(['200', '200', '200', '204']);
    expect((body.entry?.[0]?.resource as Patient | undefined)?.gender).toBe('male');
    expect((body.entry?.[2]?.resource as Patient | undefined)?.active).toBe(true);
    expect((await clinic.request('GET', `Patient/${c.id}`)).status).toBe(410);
  });

  it('takes conditional creates, updates and references', async () => {
    await clinic.request('POST', 'Patient', patient('known'));
    const { body } = await send('transaction', [
      post(patient('known'), 'urn:uuid:00000000-0000-4000-8000-000000000002', {
        ifNoneExist: 'identifier=urn:t|known',
      }),
      post(observation('urn:uuid:00000000-0000-4000-8000-000000000002')),
      post(observation('Patient?identifier=urn:t|known')),
      { resource: patient('new'), request: { method: 'PUT', url: 'Patient?identifier=urn:t|new' } },
    ]);
    expect(body.entry?.map((entry) => entry.response?.status.slice(0, 3))).toEqual(['200', '201', '201', '201']);
    const id = body.entry?.[0]?.resource?.id;
    const subjects = body.entry
      ?.slice(1, 3)
      .map((entry) => (entry.resource as Observation | undefined)?.subject?.reference);
    expect(subjects).toEqual([`Patient/${id}`, `Patient/${id}`]);
    const unknown = await send<OperationOutcome>('transaction', [post(observation('Patient?identifier=urn:t|nobody'))]);
    expect(unknown.status).toBe(400);
  });

  it('writes a thousand entries with a handful of statements, and answers minimally when asked', async () => {
    const entries = Array.from({ length: 1000 }, (_, i) => post(patient(`many-${i}`)));
    const { status, body } = await send('transaction', entries, { prefer: 'return=minimal' });
    expect([status, body.entry?.length, body.entry?.[999]?.resource]).toEqual([200, 1000, undefined]);
    expect(await count('Patient?identifier=urn:t|many-999')).toBe(1);
  });

  it('answers 413 above the limit of entries', async () => {
    const { status } = await send(
      'transaction',
      Array.from({ length: 1501 }, () => post(patient('x'))),
    );
    expect(status).toBe(413);
  });
});

describe('batch', () => {
  it('answers each entry by itself', async () => {
    const { status, body } = await send('batch', [
      post(patient('batch')),
      { request: { method: 'GET', url: 'Patient/nobody' } },
      { request: { method: 'GET', url: 'Patient?identifier=urn:t|batch' } },
      { request: { method: 'GET', url: 'Dragon/1' } },
      { request: { method: 'BREW' as never, url: 'Patient' } },
      post({ resourceType: 'Patient', gender: 'bogus' } as never),
    ]);
    expect([status, body.type]).toEqual([200, 'batch-response']);
    expect(body.entry?.map((entry) => entry.response?.status.slice(0, 3))).toEqual([
      '201',
      '404',
      '200',
      '404',
      '400',
      '400',
    ]);
    expect(body.entry?.[1]?.response?.outcome?.resourceType).toBe('OperationOutcome');
    expect((body.entry?.[2]?.resource as Bundle | undefined)?.type).toBe('searchset');
  });
});

describe('a Bundle that is none', () => {
  it('is refused', async () => {
    for (const body of [
      { resourceType: 'Patient' },
      { resourceType: 'Bundle', type: 'collection' },
      { resourceType: 'Bundle', type: 'batch', entry: {} },
    ]) {
      expect((await clinic.request('POST', '', body)).status).toBe(400);
    }
    expect(
      (await send('batch', [null as never, {} as never])).body.entry?.map((e) => e.response?.status.slice(0, 3)),
    ).toEqual(['400', '400']);
  });
});
