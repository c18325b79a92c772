// https://hl7.org/fhir/R4/http.html: create, read, vread, update, patch, delete, history, conditional interactions
import type { Basic, Binary, Bundle, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from './database/index.ts';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

const person: Patient = { resourceType: 'Patient', name: [{ family: 'Core', given: ['Test'] }], gender: 'female' };
const create = async (patient: Patient = person) => (await clinic.request<Patient>('POST', 'Patient', patient)).body;

describe('create and read', () => {
  it('answers 201 with Location, ETag and Last-Modified, and reads back what was sent', async () => {
    const { status, headers, body } = await clinic.request<Patient>('POST', 'Patient', person);
    expect(status).toBe(201);
    expect(headers.get('location')).toMatch(new RegExp(`/fhir/R4/Patient/${body.id}/_history/1$`));
    expect(headers.get('etag')).toBe('W/"1"');
    const read = await clinic.request<Patient>('GET', `Patient/${body.id}`);
    expect(read.body).toEqual({ ...person, id: body.id, meta: body.meta });
    expect(Date.parse(read.headers.get('last-modified') ?? '')).not.toBeNaN();
  });

  it('follows Prefer: return', async () => {
    const minimal = await clinic.request('POST', 'Patient', person, { prefer: 'return=minimal' });
    expect([minimal.status, minimal.text]).toEqual([201, '']);
    const outcome = await clinic.request<OperationOutcome>('POST', 'Patient', person, {
      prefer: 'return=OperationOutcome',
    });
    expect(outcome.body.resourceType).toBe('OperationOutcome');
  });

  it('tells with OperationOutcome what did not stop the write', async () => {
    const quantity = { value: 1, system: 'http://unitsofmeasure.org', code: 'no-unit' };
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, valueQuantity: quantity };
    const { status, body } = await clinic.request<OperationOutcome>('POST', 'Observation', observation, {
      prefer: 'return=OperationOutcome',
    });
    expect(status).toBe(201);
    const unit = body.issue?.find(({ details }) => /UCUM/.test(details?.text ?? ''));
    expect(unit).toMatchObject({ severity: 'warning', expression: ['Observation.valueQuantity.code'] });
  });

  it('answers 304 to If-None-Match with the current version, 404 for an unknown id', async () => {
    const { id } = await create();
    expect((await clinic.request('GET', `Patient/${id}`, undefined, { 'if-none-match': 'W/"1"' })).status).toBe(304);
    expect((await clinic.request('GET', 'Patient/nobody')).status).toBe(404);
  });

  it('takes no id, version or project from the client', async () => {
    const forged = {
      ...person,
      id: 'mine',
      meta: { versionId: '7', project: 'other', author: { reference: 'Practitioner/1' } },
    };
    const { body, status } = await clinic.request<Patient>('POST', 'Patient', forged);
    expect(status).toBe(201);
    expect(body.id).not.toBe('mine');
    expect(body.meta?.versionId).toBe('1');
    expect(body.meta).not.toHaveProperty('project');
  });
});

describe('update and patch', () => {
  it('makes the next version, and keeps the old one readable', async () => {
    const first = await create();
    const second = await clinic.request<Patient>('PUT', `Patient/${first.id}`, { ...first, gender: 'other' });
    expect([second.status, second.headers.get('etag'), second.body.gender]).toEqual([200, 'W/"2"', 'other']);
    const old = await clinic.request<Patient>('GET', `Patient/${first.id}/_history/1`);
    expect(old.body).toEqual(first);
  });

  it('writes no version when nothing changes', async () => {
    const first = await create();
    const { status, body } = await clinic.request<Patient>('PUT', `Patient/${first.id}`, first);
    expect([status, body.meta?.versionId]).toEqual([200, '1']);
  });

  it('answers 412 when If-Match names another version', async () => {
    const { id } = await create();
    const changed = { ...person, id, active: true };
    expect((await clinic.request('PUT', `Patient/${id}`, changed, { 'if-match': 'W/"9"' })).status).toBe(412);
    expect((await clinic.request('PUT', `Patient/${id}`, changed, { 'if-match': 'W/"1"' })).status).toBe(200);
    expect((await clinic.request('DELETE', `Patient/${id}`, undefined, { 'if-match': 'W/"1"' })).status).toBe(412);
  });

  it('answers 400 when the ids differ', async () => {
    const { id } = await create();
    expect((await clinic.request('PUT', `Patient/${id}`, { ...person, id: 'other' })).status).toBe(400);
  });

  it('applies JSON Patch, and answers 422 when a test fails', async () => {
    const { id } = await create();
    const patch = (operations: unknown) =>
      clinic.request<Patient>('PATCH', `Patient/${id}`, operations, { 'content-type': 'application/json-patch+json' });
    const done = await patch([
      { op: 'test', path: '/gender', value: 'female' },
      { op: 'add', path: '/birthDate', value: '1980-02-29' },
    ]);
    expect([done.status, done.body.birthDate]).toEqual([200, '1980-02-29']);
    expect((await patch([{ op: 'test', path: '/gender', value: 'male' }])).status).toBe(422);
    const missing = await patch([{ op: 'remove', path: '/photo' }]);
    expect([missing.status, missing.text]).toEqual([
      422,
      expect.stringContaining(
        'Operation 0 of the patch (remove at /photo) does not apply to the resource: there is nothing',
      ),
    ]);
    for (const one of [
      { op: 'add', path: '/active' },
      { op: 'copy', path: '/a' },
      { op: 'remove', path: 'active' },
    ]) {
      expect([one, (await patch([one])).status]).toEqual([one, 400]);
    }
    expect((await patch([{ op: 'replace', path: '/id', value: 'x' }])).status).toBe(422);
    expect((await patch({ op: 'add' })).status).toBe(400);
    expect((await patch([{ op: 'add', path: '/gender', value: 'bogus' }])).status).toBe(400);
  });

  it('applies FHIRPath Patch: add, replace, insert, delete', async () => {
    const { id } = await create({ ...person, name: [{ family: 'Core', given: ['A', 'C'] }] });
    const step = (type: string, path: string, extra: object[] = []) => ({
      name: 'operation',
      part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...extra],
    });
    const parameter = [
      step('replace', 'Patient.gender', [{ name: 'value', valueCode: 'other' }]),
      step('add', 'Patient', [
        { name: 'name', valueString: 'birthDate' },
        { name: 'value', valueDate: '1980-01-01' },
      ]),
      step('insert', 'Patient.name[0].given', [
        { name: 'index', valueInteger: 1 },
        { name: 'value', valueString: 'B' },
      ]),
      step('add', 'Patient', [
        { name: 'name', valueString: 'contact' },
        { name: 'value', part: [{ name: 'name', valueHumanName: { family: 'Kin' } }] },
      ]),
      step('delete', 'Patient.name[0].family'),
    ];
    const { status, body } = await clinic.request<Patient>('PATCH', `Patient/${id}`, {
      resourceType: 'Parameters',
      parameter,
    });
    expect([status, body.gender, body.birthDate]).toEqual([200, 'other', '1980-01-01']);
    expect(body.name).toEqual([{ given: ['A', 'B', 'C'] }]);
    expect(body.contact).toEqual([{ name: { family: 'Kin' } }]);
    const wrong = {
      resourceType: 'Parameters',
      parameter: [step('replace', 'Patient.nowhere', [{ name: 'value', valueString: 'x' }])],
    };
    expect((await clinic.request('PATCH', `Patient/${id}`, wrong)).status).toBe(422);
  });

  it('starts again from the database when another process wrote in between', async () => {
    const writeElsewhere = (id: string | undefined) =>
      server.database.query(sql`UPDATE resource SET version = 2,
        content = replace(replace(content, '"versionId":"1"', '"versionId":"2"'), '"female"', '"male"') WHERE id = ${id}`);
    const first = await create();
    await writeElsewhere(first.id);
    const changed = await clinic.request<Patient>('PUT', `Patient/${first.id}`, { ...first, active: true });
    expect([changed.status, changed.body.meta?.versionId, changed.body.active]).toEqual([200, '3', true]);
    const second = await create();
    await writeElsewhere(second.id);
    const back = await clinic.request<Patient>('PUT', `Patient/${second.id}`, second);
    expect([back.status, back.body.meta?.versionId, back.body.gender]).toEqual([200, '3', 'female']);
    const third = await create();
    await writeElsewhere(third.id);
    const stale = await clinic.request(
      'PUT',
      `Patient/${third.id}`,
      { ...third, active: true },
      { 'if-match': 'W/"1"' },
    );
    expect(stale.status).toBe(412);
  });

  it('keeps every one of many concurrent updates as a version of its own', async () => {
    const { id } = await create();
    const writes = Array.from({ length: 12 }, (_, i) =>
      clinic.request('PATCH', `Patient/${id}`, [{ op: 'add', path: '/birthDate', value: `19${60 + i}-01-01` }]),
    );
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    const won = statuses.filter((status) => status === 200).length;
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    const { body } = await clinic.request<Patient>('GET', `Patient/${id}`);
    expect(body.meta?.versionId).toBe(String(1 + won));
  });
});

describe('delete', () => {
  it('answers 410 afterwards, keeps the versions, and a later update brings the resource back', async () => {
    const first = await create();
    expect((await clinic.request('DELETE', `Patient/${first.id}`)).status).toBe(200);
    expect((await clinic.request('GET', `Patient/${first.id}`)).status).toBe(410);
    expect((await clinic.request('DELETE', `Patient/${first.id}`)).status).toBe(200);
    expect((await clinic.request<Patient>('GET', `Patient/${first.id}/_history/1`)).body).toEqual(first);
    const again = await clinic.request<Patient>('PUT', `Patient/${first.id}`, first);
    expect([again.status, again.body.meta?.versionId]).toEqual([201, '3']);
  });

  it('hides a deleted resource from searches', async () => {
    const { id } = await create();
    await clinic.request('DELETE', `Patient/${id}`);
    expect((await clinic.request<Bundle>('GET', `Patient?_id=${id}`)).body.entry).toBeUndefined();
  });
});

describe('Binary', () => {
  const upload = (context: string) =>
    clinic.request<Binary & { url: string }>('POST', 'Binary', 'plain text', {
      'content-type': 'text/plain',
      'x-security-context': context,
    });

  it('gives back the bytes with their type, or the resource when JSON is asked for', async () => {
    const { id } = await create();
    const { status, body } = await upload(`Patient/${id}`);
    expect([status, body.url]).toEqual([201, expect.stringMatching(`Binary/${body.id}$`)]);
    const raw = await clinic.request('GET', `Binary/${body.id}`);
    expect([raw.status, raw.headers.get('content-type'), raw.text]).toEqual([200, 'text/plain', 'plain text']);
    const json = await clinic.request<Binary>('GET', `Binary/${body.id}`, undefined, {
      accept: 'application/fhir+json',
    });
    expect(json.body.securityContext?.reference).toBe(`Patient/${id}`);
  });

  it('is not there, on any path, for those who may not read its security context', async () => {
    const { id } = await create();
    const { body } = await upload(`Patient/${id}`);
    const member = await addMember(server, clinic, [{ resourceType: 'Binary' }]);
    const paths = [
      `Binary/${body.id}`,
      `Binary/${body.id}/_history/1`,
      `Binary/${body.id}/_history`,
      `Binary/${body.id}?_asOf=${new Date().toISOString()}`,
    ];
    for (const path of paths) {
      expect([path, (await member.request('GET', path)).status]).toEqual([path, 404]);
      expect([path, (await clinic.request('GET', path)).status]).toEqual([path, 200]);
    }
    const asJson = { accept: 'application/fhir+json' };
    expect((await member.request('GET', `Binary/${body.id}`, undefined, asJson)).status).toBe(404);
    const shows = (text: string): boolean => text.includes(`Binary/${body.id}"`);
    for (const path of ['Binary', `Binary?_id=${body.id}`, 'Binary/_history', '_history', '?_type=Binary']) {
      expect([path, shows((await member.request('GET', path)).text)]).toEqual([path, false]);
      expect([path, shows((await clinic.request('GET', path)).text)]).toEqual([path, true]);
    }
    const graphql = { query: `{ Binary(id: "${body.id}") { id data } BinaryList { id } }` };
    expect((await member.request('POST', '$graphql', graphql)).text).not.toContain(body.id);
    expect((await member.request('DELETE', `Binary/${body.id}`)).status).toBe(404);
    expect((await member.request('PUT', `Binary/${body.id}`, { ...body, url: undefined, data: 'AAAA' })).status).toBe(
      404,
    );
  });
});

describe('history', () => {
  it('shows the versions of a resource newest first, deletions among them, in pages', async () => {
    const first = await create();
    await clinic.request('PUT', `Patient/${first.id}`, { ...first, active: true });
    await clinic.request('DELETE', `Patient/${first.id}`);
    const page = (await clinic.request<Bundle>('GET', `Patient/${first.id}/_history?_count=2`)).body;
    expect(page.entry?.map((entry) => entry.request?.method)).toEqual(['DELETE', 'PUT']);
    const next = page.link?.find((link) => link.relation === 'next')?.url.split('/fhir/R4/')[1] as string;
    const rest = (await clinic.request<Bundle<Patient>>('GET', next)).body;
    expect(rest.entry?.map((entry) => entry.resource?.meta?.versionId)).toEqual(['1']);
    expect(rest.link?.some((link) => link.relation === 'next')).toBe(false);
  });

  it('knows the versions of a type and of the system since an instant', async () => {
    const since = new Date().toISOString();
    const { id } = await create();
    const ofType = (await clinic.request<Bundle>('GET', `Patient/_history?_since=${since}`)).body;
    expect(ofType.entry?.[0]?.fullUrl).toContain(`Patient/${id}`);
    const ofSystem = (await clinic.request<Bundle>('GET', `_history?_since=${since}`)).body;
    expect(ofSystem.entry?.some((entry) => entry.fullUrl?.endsWith(`Patient/${id}`))).toBe(true);
  });
});

describe('conditional interactions', () => {
  const identified = (value: string): Patient => ({ ...person, identifier: [{ system: 'urn:test', value }] });

  it('creates one of 16 equal conditional creates', async () => {
    const results = await Promise.all(
      Array.from({ length: 16 }, () =>
        clinic.request<Patient>('POST', 'Patient', identified('once'), { 'if-none-exist': 'identifier=urn:test|once' }),
      ),
    );
    expect(results.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(results.map(({ body }) => body.id)).size).toBe(1);
  });

  it('does not create again what its author wrote himself and may not see; others create their own', async () => {
    const authors = await Promise.all(
      [1, 2].map(() => addMember(server, clinic, [{ resourceType: 'Basic', interaction: ['create'] }])),
    );
    const basic = { resourceType: 'Basic', code: { text: 'x' }, identifier: [{ system: 'urn:test', value: 'own' }] };
    const made: string[] = [];
    for (const author of authors) {
      const request = { method: 'POST', url: 'Basic', ifNoneExist: 'identifier=urn:test|own' };
      const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: basic, request }] };
      const once = await author.request<Basic>('POST', 'Basic', basic, { 'if-none-exist': 'identifier=urn:test|own' });
      const again = await author.request<Basic>('POST', 'Basic', basic, { 'if-none-exist': 'identifier=urn:test|own' });
      const within = await author.request<Bundle>('POST', '', bundle);
      expect([once.status, again.status, within.body.entry?.[0]?.response?.status]).toEqual([201, 200, '200 OK']);
      expect(again.body.id).toBe(once.body.id);
      expect((await author.request('GET', `Basic/${once.body.id}`)).status).toBe(403);
      made.push(once.body.id as string);
    }
    expect(new Set(made).size).toBe(2);
  });

  it('updates the match, creates without one, answers 412 on several', async () => {
    const put = (value: string, patient: Patient) =>
      clinic.request<Patient>('PUT', `Patient?identifier=urn:test|${value}`, patient);
    const made = await put('u1', identified('u1'));
    expect(made.status).toBe(201);
    const changed = await put('u1', { ...identified('u1'), active: true });
    expect([changed.status, changed.body.id]).toEqual([200, made.body.id]);
    await clinic.request('POST', 'Patient', identified('twice'));
    await clinic.request('POST', 'Patient', identified('twice'));
    expect((await put('twice', identified('twice'))).status).toBe(412);
  });

  it('deletes the match; unknown criteria are refused and delete nothing', async () => {
    const made = await clinic.request<Patient>('POST', 'Patient', identified('gone'));
    expect((await clinic.request('DELETE', 'Patient?nonsense=1')).status).toBe(400);
    expect((await clinic.request('DELETE', 'Patient')).status).toBe(400);
    for (const nothing of ['_count=1', '_sort=_id', 'name=', '_count=1&_total=none', '_project=x']) {
      expect([nothing, (await clinic.request('DELETE', `Patient?${nothing}`)).status]).toEqual([nothing, 400]);
    }
    await clinic.request('DELETE', 'Patient?identifier=urn:test|gone&_lastUpdated=lt2000');
    expect((await clinic.request('GET', `Patient/${made.body.id}`)).status).toBe(200);
    expect((await clinic.request('DELETE', 'Patient?identifier=urn:test|gone')).status).toBe(200);
    expect((await clinic.request('GET', `Patient/${made.body.id}`)).status).toBe(410);
  });
});

describe('refusals change nothing and say where', () => {
  const post = (body: unknown, type = 'Patient') => clinic.request<OperationOutcome>('POST', type, body);

  it('names the element', async () => {
    const cases: [unknown, string | undefined][] = [
      [{ resourceType: 'Patient', gender: 'bogus' }, 'Patient.gender'],
      [{ resourceType: 'Patient', birthDate: 12 }, 'Patient.birthDate'],
      [{ resourceType: 'Patient', colour: 'red' }, 'Patient.colour'],
      [{ resourceType: 'Patient', name: { family: 'x' } }, 'Patient.name'],
    ];
    for (const [body, path] of cases) {
      const { status, body: outcome } = await post(body);
      expect([status, issuesOf(outcome)[0]?.[1]]).toEqual([400, path]);
    }
    const missing = await post({ resourceType: 'Observation', code: { text: 'x' } }, 'Observation');
    expect([missing.status, issuesOf(missing.body)[0]?.[1]]).toEqual([400, 'Observation.status']);
  });

  it('answers 400 for malformed JSON, NUL, arrays, another type and 10,000 levels; never 500', async () => {
    const bodies = [
      '{"resourceType":',
      '[]',
      '"x"',
      'null',
      `{"resourceType":"Patient","extension":${'['.repeat(10_000)}`,
    ];
    for (const body of bodies) {
      expect((await clinic.request('POST', 'Patient', body)).status).toBe(400);
    }
    expect((await post({ resourceType: 'Patient', name: [{ family: 'a\u0000b' }] })).status).toBe(400);
    expect((await post({ resourceType: 'Observation' })).status).toBe(400);
    expect((await post(person, 'Dragon')).status).toBe(404);
    expect(server.log.filter((line) => line.includes('request-failed'))).toEqual([]);
  });

  it('answers 415 for XML and 406 when only XML is accepted', async () => {
    expect(
      (await clinic.request('POST', 'Patient', '<Patient/>', { 'content-type': 'application/fhir+xml' })).status,
    ).toBe(415);
    expect((await clinic.request('GET', 'Patient', undefined, { accept: 'application/fhir+xml' })).status).toBe(406);
  });

  it('answers 401 without credentials', async () => {
    const answer = await fetch(`${server.baseUrl}/fhir/R4/Patient`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    await answer.body?.cancel();
  });
});

describe('$graphql', () => {
  it('answers about one resource, where one is named in the URL', async () => {
    const { id } = await create();
    const ask = (query: string, body: object = {}) =>
      clinic.request<{ data?: unknown; errors?: unknown }>('POST', `Patient/${id}/$graphql`, { query, ...body });
    expect((await ask('{ id __typename }')).body).toEqual({ data: { id, __typename: 'Patient' } });
    expect((await clinic.request('POST', 'Patient/none/$graphql', { query: '{ id }' })).status).toBe(404);
    const unset = await ask('query($use: String!) { name(use: $use) { family } }');
    expect([unset.status, JSON.stringify(unset.body)]).toEqual([400, expect.stringContaining('was not provided')]);
  });

  it('refuses as a whole what needs more searches than it may make', async () => {
    const lists = Array.from({ length: 60 }, (_, i) => `a${i}: PatientList { id }`).join(' ');
    const { status, text } = await clinic.request('POST', '$graphql', { query: `{ ${lists} }` });
    expect([status, text]).toEqual([400, expect.stringContaining('more than 50 searches')]);
  });
});

describe('links of a page', () => {
  it('lead back to the first page, and to the previous one where pages are counted', async () => {
    const page = async (query: string) => {
      const { link = [] } = (await clinic.request<Bundle>('GET', `Patient?_count=2${query}`)).body;
      return Object.fromEntries(link.map(({ relation, url }) => [relation, url?.split('/fhir/R4/')[1]]));
    };
    const first = await page('');
    expect(Object.keys(first)).toEqual(['self', 'next']);
    const second = await page(first.next?.slice('Patient?_count=2'.length) ?? '');
    expect(second).toMatchObject({ first: 'Patient?_count=2' });
    expect(await page('&_offset=3')).toMatchObject({
      first: 'Patient?_count=2',
      previous: 'Patient?_count=2&_offset=1',
    });
  });
});
