// https://hl7.org/fhir/R4/http.html#transaction
import type { Bundle, BundleEntry, Observation, OperationOutcome, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database/index.ts';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer({ MAX_BUNDLE_ENTRIES: '1500' }, (database) => counting(database));
  clinic = await server.clinic();
});
afterAll(() => server.close());

/** Counts the statements of transactions. */
let statements = 0;
function counting(database: Database): Database {
  return {
    ...database,
    forTenant: (tenant) => {
      const own = database.forTenant(tenant);
      return {
        tenant,
        query: (statement) => own.query(statement),
        within: (ms) => own.within(ms),
        transaction: (work) =>
          own.transaction((tx) =>
            work({
              query(statement) {
                statements += 1;
                return tx.query(statement);
              },
            }),
          ),
      };
    },
  };
}

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
    expect([status, issuesOf(outcome)[0]?.[1]]).toEqual([400, 'Bundle.entry[1].resource.subject.reference']);
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

  it('creates once under one condition, and refuses two updates by the same criteria', async () => {
    const twin = 'urn:uuid:00000000-0000-4000-8000-000000000003';
    const { body } = await send('transaction', [
      post(patient('once'), undefined, { ifNoneExist: 'identifier=urn:t|once' }),
      post(patient('once'), twin, { ifNoneExist: 'identifier=urn:t|once' }),
      post(observation(twin)),
    ]);
    expect(body.entry?.map((entry) => entry.response?.status.slice(0, 3))).toEqual(['201', '200', '201']);
    const subject = (body.entry?.[2]?.resource as Observation | undefined)?.subject?.reference;
    expect(subject).toBe(`Patient/${body.entry?.[0]?.resource?.id}`);
    expect(await count('Patient?identifier=urn:t|once')).toBe(1);
    const put = {
      resource: patient('both'),
      request: { method: 'PUT' as const, url: 'Patient?identifier=urn:t|both' },
    };
    const refused = await send<OperationOutcome>('transaction', [put, put]);
    expect([refused.status, issuesOf(refused.body)]).toEqual([400, [['transaction-duplicate', 'Bundle.entry[1]']]]);
    expect(await count('Patient?identifier=urn:t|both')).toBe(0);
  });

  it('names the reading entry that fails, and writes nothing then', async () => {
    const get = { request: { method: 'GET' as const, url: 'Patient/nobody' } };
    const { status, body } = await send<OperationOutcome>('transaction', [post(patient('unread')), get]);
    expect([status, issuesOf(body)]).toEqual([404, [['not-found', 'Bundle.entry[1]']]]);
    expect(await count('Patient?identifier=urn:t|unread')).toBe(0);
  });

  it('writes a thousand entries with a handful of statements, and answers minimally when asked', async () => {
    const entries = Array.from({ length: 1000 }, (_, i) => post(patient(`many-${i}`)));
    const { status, body } = await send('transaction', entries, { prefer: 'return=minimal' });
    expect([status, body.entry?.length, body.entry?.[999]?.resource]).toEqual([200, 1000, undefined]);
    expect(await count('Patient?identifier=urn:t|many-999')).toBe(1);
  });

  it('looks up a thousand conditions together: creates, updates, references', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `identifier=urn:t|set-${i}`);
    const creates = many.map((ifNoneExist, i) => post(patient(`set-${i}`), undefined, { ifNoneExist }));
    statements = 0;
    expect((await send('transaction', creates)).body.entry?.[999]?.response?.status).toBe('201 Created');
    const again = await send('transaction', creates);
    expect(new Set(again.body.entry?.map((entry) => entry.response?.status))).toEqual(new Set(['200 OK']));
    const pointing = many.map((criteria) => post(observation(`Patient?${criteria}`)));
    const { body } = await send('transaction', pointing);
    const subject = (body.entry?.[7]?.resource as Observation | undefined)?.subject?.reference;
    expect(subject).toBe(`Patient/${again.body.entry?.[7]?.resource?.id}`);
    const active = many.map((criteria, i) => ({
      resource: { ...patient(`set-${i}`), active: true },
      request: { method: 'PUT' as const, url: `Patient?${criteria}` },
    }));
    expect((await send('transaction', active)).body.entry?.[500]?.resource).toMatchObject({ active: true });
    expect(statements).toBeGreaterThan(10);
    expect(statements).toBeLessThan(100);
    expect(await count('Patient?identifier=urn:t|set-999')).toBe(1);
  });

  it('keeps to Prefer in every entry, and reads conditionally and by HEAD', async () => {
    const prefer = { prefer: 'return=OperationOutcome' };
    const { body } = await send('transaction', [post(patient('prefer'))], prefer);
    expect(body.entry?.[0]).toMatchObject({ response: { outcome: { resourceType: 'OperationOutcome' } } });
    const url = `Patient/${/Patient\/([^/]+)/.exec(body.entry?.[0]?.response?.location ?? '')?.[1]}`;
    const reads: BundleEntry[] = [
      { request: { method: 'GET', url } },
      { request: { method: 'HEAD', url } },
      { request: { method: 'GET', url, ifModifiedSince: '2100-01-01T00:00:00Z' } },
      { request: { method: 'POST', url: `Patient/_search?_id=${url.slice('Patient/'.length)}` } },
    ];
    const answers = await send('batch', reads, { prefer: 'return=minimal' });
    expect(answers.body.entry?.map(({ resource, response }) => [response?.status, resource?.resourceType])).toEqual([
      ['200 OK', 'Patient'],
      ['200 OK', undefined],
      ['304 Not Modified', undefined],
      ['200 OK', 'Bundle'],
    ]);
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
  it('acts on one resource in the order of the entries', async () => {
    const written = (active: boolean): Patient => ({ ...patient('row'), id: 'row', active });
    const entry = (method: 'PUT' | 'GET' | 'DELETE', resource?: Patient): BundleEntry => ({
      ...(resource && { resource }),
      request: { method, url: 'Patient/row' },
    });
    const rows = [entry('PUT', written(true)), entry('GET'), entry('PUT', written(false)), entry('GET')];
    const { body } = await send('batch', [...rows, entry('DELETE'), entry('GET')]);
    const seen = body.entry?.map(({ response, resource }) => [
      response?.status.slice(0, 3),
      (resource as Patient)?.active,
    ]);
    expect(seen?.slice(0, 4)).toEqual([
      ['201', true],
      ['200', true],
      ['200', false],
      ['200', false],
    ]);
    expect(seen?.[5]?.[0]).toBe('410');
  });

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

describe('a conditional reference of a single write', () => {
  const fails = async (reference: string) => {
    const { status, body } = await clinic.request<OperationOutcome>('POST', 'Observation', observation(reference));
    return [status, ...issuesOf(body).flat()];
  };

  it('becomes a reference to what it matches, also in a PUT, in JSON Patch and in an entry of a batch', async () => {
    const { body: pat } = await clinic.request<Patient>('POST', 'Patient', patient('single'));
    const wanted = observation('Patient?identifier=urn:t|single');
    const { body: made } = await clinic.request<Observation>('POST', 'Observation', wanted);
    expect(made.subject).toEqual({ reference: `Patient/${pat.id}` });
    const put = await clinic.request<Observation>('PUT', `Observation/${made.id}`, { ...wanted, id: made.id });
    expect([put.status, put.body.subject?.reference]).toEqual([200, `Patient/${pat.id}`]);
    const patch = [{ op: 'add', path: '/focus', value: [{ reference: 'Patient?identifier=urn:t|single' }] }];
    const patched = await clinic.request<Observation>('PATCH', `Observation/${made.id}`, patch, {
      'content-type': 'application/json-patch+json',
    });
    expect(patched.body.focus).toEqual([{ reference: `Patient/${pat.id}` }]);
    const batch = await send('batch', [post(wanted)]);
    const location = batch.body.entry?.[0]?.response?.location?.replace(/^.*(Observation\/[^/]+).*$/, '$1');
    const stored = await clinic.request<Observation>('GET', location as string);
    expect(stored.body.subject?.reference).toBe(`Patient/${pat.id}`);
  });

  it('is refused when it matches none or several, and does not hide what else is wrong', async () => {
    expect(await fails('Patient?identifier=urn:t|nobody')).toEqual([
      400,
      'conditional-reference',
      'Observation.subject.reference',
    ]);
    await clinic.request('POST', 'Patient', patient('twin'));
    await clinic.request('POST', 'Patient', patient('twin'));
    expect(await fails('Patient?identifier=urn:t|twin')).toEqual([412, 'multiple-matches', undefined]);
    expect(await fails('Patient?bogus=1')).toEqual([400, 'search-parameter-unknown', undefined]);
    const wrong = {
      ...observation('Patient?identifier=urn:t|single'),
      dataAbsentReason: { text: 'x' },
      valueInteger: 1,
    };
    const { status, body } = await clinic.request<OperationOutcome>('POST', 'Observation', wrong);
    expect([status, ...issuesOf(body).flat()]).toEqual([400, 'invariant-obs-6', 'Observation']);
  });

  it('stays in a Bundle that is kept as a document, and is named by $validate', async () => {
    const kept = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: observation('Patient?_id=none') }] };
    const { status, body } = await clinic.request<Bundle<Observation>>('POST', 'Bundle', kept);
    expect([status, body.entry?.[0]?.resource?.subject?.reference]).toEqual([201, 'Patient?_id=none']);
    const outcome = await clinic.request<OperationOutcome>(
      'POST',
      'Observation/$validate',
      observation('Patient?_id=none'),
    );
    expect(issuesOf(outcome.body)).toContainEqual(['reference-conditional', 'Observation.subject.reference']);
  });
});
