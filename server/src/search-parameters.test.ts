/**
 * SearchParameters written at run time, over a whole server.
 * @see https://hl7.org/fhir/R4/searchparameter.html
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle, OperationOutcome, Parameters, Resource, SearchParameter } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessGrant, AccessRule } from './access/index.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

/** Processes of one installation share their data folder. */
const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-parameters-'));
let server: TestServer;
let clinic: TestClinic;
let other: TestClinic;
beforeAll(async () => {
  server = await startTestServer({ DATA_DIR: dataDir });
  clinic = await server.clinic();
  other = await server.clinic('Other');
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const EYES = 'https://clinic.example/eye-colour';

function parameter(code: string, rest: Partial<SearchParameter>): SearchParameter {
  return {
    resourceType: 'SearchParameter',
    url: `https://clinic.example/SearchParameter/${code}`,
    name: code.replaceAll('-', ''),
    status: 'active',
    description: code,
    code,
    base: ['Patient'],
    type: 'token',
    ...rest,
  };
}

function policyGrant(criteria: string): AccessGrant {
  const rule: AccessRule = {
    resourceType: 'Patient',
    criteria,
    interactions: new Set(['search', 'read']),
    hiddenFields: [],
    readonlyFields: [],
    writeConstraints: [],
  };
  const ruleSets = [{ source: 'test', rulesFor: (type: string) => (type === 'Patient' ? [rule] : []) }];
  return { tenant: clinic.tenant, ruleSets, system: false, extendedMode: false };
}

async function put(resource: Resource & { id?: string }, by = clinic): Promise<void> {
  const answer = await by.request('PUT', `${resource.resourceType}/${resource.id}`, resource);
  expect([200, 201], answer.text).toContain(answer.status);
}

async function ids(query: string, by = clinic): Promise<string[]> {
  const { status, body, text } = await by.request<Bundle>('GET', query);
  expect(status, text).toBe(200);
  const matches = (body.entry ?? []).filter((entry) => entry.search?.mode !== 'outcome');
  return matches.map((entry) => entry.resource?.id as string).sort();
}

async function warnings(query: string): Promise<(string | undefined)[]> {
  const { body } = await clinic.request<Bundle>('GET', query);
  return (body.entry ?? [])
    .filter((entry) => entry.search?.mode === 'outcome')
    .flatMap((entry) => (entry.resource as OperationOutcome).issue.map((issue) => issue.details?.coding?.[0]?.code));
}

async function indexed(id: string): Promise<Parameters> {
  for (let tries = 0; tries < 150; tries++) {
    const { body, text, status } = await clinic.request<Parameters>('GET', `SearchParameter/${id}/$index-status`);
    expect(status, text).toBe(200);
    if (body.parameter?.[0]?.valueCode === 'ready') {
      return body;
    }
    await sleep(100);
  }
  throw new Error(`SearchParameter/${id} was never indexed`);
}

function patient(id: string, eyes: string, rest: object = {}): Resource {
  return { resourceType: 'Patient', id, extension: [{ url: EYES, valueCode: eyes }], ...rest } as Resource;
}

describe('a SearchParameter of the clinic', () => {
  beforeAll(async () => {
    await put(patient('old', 'green', { birthDate: '1980-05-01' }));
    await put(patient('theirs', 'green'), other);
  });

  test('finds what is written next at once, and says that older resources may be missing', async () => {
    expect((await clinic.request('GET', 'Patient?eye-colour=green')).status).toBe(400);
    const expression = `Patient.extension('${EYES}').value`;
    await put({ ...parameter('eye-colour', { expression }), id: 'eyes' });
    await put(patient('new', 'green'));
    expect(await ids('Patient?eye-colour=green')).toContain('new');
    expect(await warnings('Patient?eye-colour=green')).toEqual(['search-parameter-indexing']);
    const conditional = await clinic.request('POST', 'Patient', patient('x', 'green'), {
      'If-None-Exist': 'eye-colour=green',
    });
    expect(conditional.status).toBe(409);
  });

  test('finds older resources once they are indexed, and reports 100 percent', async () => {
    const status = await indexed('eyes');
    const [, type] = status.parameter ?? [];
    expect(type?.part).toContainEqual({ name: 'percent', valueInteger: 100 });
    expect(await ids('Patient?eye-colour=green')).toEqual(['new', 'old']);
    expect(await warnings('Patient?eye-colour=green')).toEqual([]);
  });

  test('may be a condition, which is true or false of each resource', async () => {
    await put({ resourceType: 'Patient', id: 'late', deceasedDateTime: '2020-02-03' });
    const condition = parameter('gone', { expression: 'Patient.deceased.exists() and Patient.deceased != false' });
    await put({ ...condition, id: 'gone' });
    await indexed('gone');
    await put({ resourceType: 'Patient', id: 'here', deceasedBoolean: false });
    expect(await ids('Patient?gone=true')).toEqual(['late']);
    expect(await ids('Patient?gone=false')).toContain('here');
    const wrong = parameter('odd', { expression: 'Patient.nothing.exists()' });
    expect((await clinic.request('POST', 'SearchParameter', wrong)).status).toBe(422);
    await clinic.request('DELETE', 'Patient/late');
    await clinic.request('DELETE', 'Patient/here');
  });

  test('a lenient search says in its self link what it was carried out with', async () => {
    const lenient = { prefer: 'handling=lenient' };
    const query = 'Patient?eye-colour=green&nonsense=1&_sort=nonsense';
    const { body } = await clinic.request<Bundle>('GET', query, undefined, lenient);
    const self = body.link?.find(({ relation }) => relation === 'self')?.url;
    expect(self).toMatch(/Patient\?eye-colour=green$/);
    expect((await clinic.request('GET', query)).status).toBe(400);
  });

  test('is known to its own project only', async () => {
    expect((await other.request('GET', 'Patient?eye-colour=green')).status).toBe(400);
  });

  test('keeps one row after updates in between: no resource is found twice', async () => {
    await put(patient('new', 'blue'));
    await put(patient('old', 'green', { birthDate: '1980-05-02' }));
    expect(await ids('Patient?eye-colour=green')).toEqual(['old']);
    expect(await ids('Patient?eye-colour=blue')).toEqual(['new']);
    const rows = await server.database.query<{ count: number }>({
      text: `SELECT count(*)::int4 AS count FROM index_token WHERE tenant = $1 AND code IN ('green', 'blue')`,
      values: [clinic.tenant],
    });
    expect(rows[0]?.count).toBe(2);
  });

  test('works with :missing, :not, chains, _has, _filter, _sort and in policies', async () => {
    await put(patient('none', 'none', { extension: undefined }));
    await put({
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/old' },
    });
    expect(await ids('Patient?eye-colour:missing=true')).toEqual(['none']);
    expect(await ids('Patient?eye-colour:not=green')).toEqual(['new', 'none']);
    expect(await ids('Observation?subject:Patient.eye-colour=green')).toEqual(['o1']);
    expect(await ids('Patient?_has:Observation:subject:_id=o1&eye-colour=green')).toEqual(['old']);
    expect(await ids('Patient?_filter=eye-colour eq green')).toEqual(['old']);
    const sorted = await clinic.request<Bundle>('GET', 'Patient?eye-colour:missing=false&_sort=-eye-colour');
    expect(sorted.body.entry?.map((entry) => entry.resource?.id)).toEqual(['old', 'new']);
    const grant = policyGrant('Patient?eye-colour=green');
    expect(server.house.search.accessPredicate(grant, 'Patient', 'read', 'r.rid')).not.toMatchObject({
      strings: ['false'],
    });
    const page = await server.house.search.run(
      server.database.forTenant(clinic.tenant),
      grant,
      server.house.search.forTenant(clinic.tenant).parse('Patient', []),
    );
    expect(page.entries.map((entry) => entry.stored.id)).toEqual(['old']);
  });

  test('is explained, and stands in the CapabilityStatement of the project', async () => {
    const explained = await clinic.request<Parameters>('GET', 'Patient/$explain-search?eye-colour=green');
    expect(JSON.stringify(explained.body)).toContain('set.eye-colour');
    const own = await clinic.request('GET', 'metadata');
    expect(own.text).toContain('SearchParameter/eye-colour');
    expect((await other.request('GET', 'metadata')).text).not.toContain('eye-colour');
  });

  test('stops when it is retired, and its rows are removed', async () => {
    const expression = `Patient.extension('${EYES}').value`;
    await put({ ...parameter('eye-colour', { expression, status: 'retired' }), id: 'eyes' });
    expect((await clinic.request('GET', 'Patient?eye-colour=green')).status).toBe(400);
    const count = `SELECT count(*)::int4 AS count FROM index_token WHERE tenant = $1 AND code IN ('green', 'blue')`;
    for (let tries = 0; tries < 100; tries++) {
      const [row] = await server.database.query<{ count: number }>({ text: count, values: [clinic.tenant] });
      if (row?.count === 0) {
        return;
      }
      await sleep(100);
    }
    throw new Error('Rows of a retired parameter were never removed');
  });
});

test('every type of parameter', async () => {
  const all: [string, Partial<SearchParameter>][] = [
    ['own-string', { type: 'string', expression: 'Patient.maritalStatus.text' }],
    ['own-date', { type: 'date', expression: "Patient.extension.where(url='d').value.ofType(date)" }],
    ['own-ref', { type: 'reference', expression: "Patient.extension.where(url='r').value.ofType(Reference)" }],
    ['own-number', { type: 'number', expression: 'Patient.multipleBirth.ofType(integer)' }],
    ['own-quantity', { type: 'quantity', expression: "Patient.extension('q').value.ofType(Quantity)" }],
    ['own-uri', { type: 'uri', expression: "Patient.extension('u').value.ofType(uri)" }],
  ];
  for (const [code, rest] of all) {
    await put({ ...parameter(code, rest), id: code });
  }
  const component = [
    { definition: 'https://clinic.example/SearchParameter/own-uri', expression: "extension.where(url='u').value" },
    { definition: 'http://hl7.org/fhir/SearchParameter/individual-birthdate', expression: 'birthDate' },
  ];
  await put({ ...parameter('own-pair', { type: 'composite', expression: 'Patient', component }), id: 'own-pair' });
  await put({ resourceType: 'Organization', id: 'org', name: 'Org' });
  await put({
    resourceType: 'Patient',
    id: 'all',
    birthDate: '1990-04-05',
    maritalStatus: { text: 'Widowed' },
    multipleBirthInteger: 3,
    extension: [
      { url: 'd', valueDate: '2020-02-03' },
      { url: 'r', valueReference: { reference: 'Organization/org' } },
      { url: 'q', valueQuantity: { value: 2, system: 'http://unitsofmeasure.org', code: 'g' } },
      { url: 'u', valueUri: 'urn:x' },
    ],
  });
  const found = [
    'own-string=wid',
    'own-string:contains=dow',
    'own-date=2020-02',
    'own-date=gt2020-01-01',
    'own-ref=Organization/org',
    'own-ref:Organization.name=Org',
    'own-number=3',
    'own-quantity=2000|http://unitsofmeasure.org|mg',
    'own-uri=urn:x',
    'own-pair=urn:x$1990',
  ];
  for (const query of found) {
    expect(await ids(`Patient?${query}`), query).toEqual(['all']);
  }
  expect(await ids('Patient?own-pair=urn:x$1991')).toEqual([]);
  expect(await ids('Patient?_id=all&_include=Patient:own-ref')).toEqual(['all', 'org']);
  expect(await ids('Organization?_id=org&_revinclude=Patient:own-ref')).toEqual(['all', 'org']);
});

test('functions in expressions', async () => {
  const known: [string, Partial<SearchParameter>, string][] = [
    [
      'official-name',
      { type: 'string', expression: "Patient.name.where(use = 'official' and family.exists()).family" },
      'Real',
    ],
    ['first-given', { type: 'string', expression: 'Patient.name.given.first()' }, 'Nick'],
    ['second-given', { type: 'string', expression: 'Patient.name.given[1]' }, 'Anna'],
    ['any-family', { type: 'string', expression: '(Patient.name | Patient.contact.name).family' }, 'Kin'],
    ['home-phone', { expression: "Patient.telecom.where(system in ('phone' | 'sms') and use != 'work').value" }, '111'],
    [
      'gp-org',
      { type: 'reference', expression: 'Patient.generalPractitioner.where(resolve() is Organization)' },
      'Organization/o',
    ],
    [
      'own-race',
      { expression: "Patient.extension('r').extension.where(url = 'ombCategory').value.as(Coding)" },
      '2106-3',
    ],
    ['asserted', { type: 'date', expression: "Patient.extension.where(url = 'a').valueDateTime" }, '2021'],
  ];
  for (const [code, rest] of known) {
    await put({ ...parameter(code, rest), id: code });
  }
  await put({
    resourceType: 'Patient',
    id: 'functions',
    name: [
      { use: 'nickname', given: ['Nick'], family: 'Alias' },
      { use: 'official', given: ['Anna', 'Bea'], family: 'Real' },
    ],
    telecom: [
      { system: 'phone', use: 'work', value: '222' },
      { system: 'phone', use: 'home', value: '111' },
    ],
    contact: [{ name: { family: 'Kin' } }],
    generalPractitioner: [{ reference: 'Practitioner/o' }, { reference: 'Organization/o' }],
    extension: [
      { url: 'r', extension: [{ url: 'ombCategory', valueCoding: { code: '2106-3' } }] },
      { url: 'a', valueDateTime: '2021-05-06' },
    ],
  } as Resource);
  for (const [code, , value] of known) {
    expect(await ids(`Patient?${code}=${value}`), code).toEqual(['functions']);
  }
  for (const query of [
    'official-name=Alias',
    'first-given=Anna',
    'second-given=Bea',
    'home-phone=222',
    'gp-org=Practitioner/o',
  ]) {
    expect(await ids(`Patient?${query}`), query).toEqual([]);
  }
});

test('a Subscription may ask for it', async () => {
  const received: string[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push((JSON.parse(body || '{}') as Resource & { id?: string }).id ?? '');
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  await put({ ...parameter('shoe', { expression: "Patient.extension('shoe').value" }), id: 'shoe' });
  const { status, text } = await clinic.request('POST', 'Subscription', {
    resourceType: 'Subscription',
    status: 'active',
    reason: 'shoes',
    criteria: 'Patient?shoe=big',
    channel: { type: 'rest-hook', endpoint: `http://127.0.0.1:${port}/`, payload: 'application/fhir+json' },
  });
  expect(status, text).toBe(201);
  const wearing = (id: string, size: string) =>
    put({ resourceType: 'Patient', id, extension: [{ url: 'shoe', valueCode: size }] } as Resource);
  await wearing('small-shoes', 'small');
  await wearing('big-shoes', 'big');
  for (let tries = 0; tries < 100 && received.length === 0; tries++) {
    await sleep(50);
  }
  receiver.close();
  expect(received).toEqual(['big-shoes']);
});

describe('refuses at the write', () => {
  const refused: [string, SearchParameter][] = [
    ['search-parameter-collides', parameter('birthdate', { type: 'date', expression: 'Patient.birthDate' })],
    ['search-parameter-base', parameter('a-base', { base: ['Resource' as 'Patient'], expression: 'Resource.id' })],
    ['search-parameter-expression', parameter('bad', { expression: 'Patient.name.where(' })],
    ['search-parameter-expression', parameter('bad', { expression: 'Patient.nothing.there' })],
    ['search-parameter-expression', parameter('bad', { type: 'date', expression: 'Patient.active' })],
    ['search-parameter-expression', parameter('bad', { expression: "Patient.name.given.matches('(a+)+$')" })],
    ['search-parameter-expression', parameter('bad', { expression: 'Patient.repeat(extension).value' })],
    ['search-parameter-expression', parameter('bad', { expression: `Patient${'.extension'.repeat(40)}` })],
    ['search-parameter-type', parameter('bad', { type: 'special', expression: 'Patient.active' })],
    ['search-parameter-code', parameter('Bad.code', { expression: 'Patient.active' })],
  ];
  test.each(refused)('%s', async (key, resource) => {
    const { status, body, text } = await clinic.request<OperationOutcome>('POST', 'SearchParameter', resource);
    expect(status, text).toBe(422);
    expect(body.issue.map((issue) => issue.details?.coding?.[0]?.code)).toContain(key);
    expect(body.issue[0]?.expression?.[0]).toMatch(/^SearchParameter\./);
  });

  test('a code that another one of the project has; drafts and copies of standard ones do no harm', async () => {
    await put({ ...parameter('mine', { expression: 'Patient.active' }), id: 'mine' });
    const again = parameter('mine', { expression: 'Patient.active', url: 'https://clinic.example/again' });
    expect((await clinic.request('POST', 'SearchParameter', again)).status).toBe(422);
    await put({ ...again, id: 'draft', status: 'draft' });
    await put({ ...parameter('mine', { expression: 'Patient.active', description: 'again' }), id: 'mine' });
    const url = 'http://hl7.org/fhir/SearchParameter/individual-birthdate';
    await put({ ...parameter('birthdate', { url, type: 'date', expression: 'Patient.birthDate' }), id: 'copy' });
    expect(await ids('Patient?birthdate=1990-04-05')).toEqual(['all']);
  });
});

test('another process over the same database knows it as soon as it was told, and indexes what it writes', async () => {
  const second = await startTestServer({ DATA_DIR: dataDir }, () => server.database);
  const authorization = `Basic ${Buffer.from(`${clinic.clientId}:${clinic.clientSecret}`).toString('base64')}`;
  const there = (method: string, path: string, body?: Resource): Promise<Response> =>
    fetch(`${second.baseUrl}/fhir/R4/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/fhir+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  try {
    expect((await there('GET', 'Patient?mark=a')).status).toBe(400);
    const expression = "Patient.extension('mark').value";
    await put({ ...parameter('mark', { expression }), id: 'mark' });
    for (let tries = 0; tries < 50 && (await there('GET', 'Patient?mark=a')).status !== 200; tries++) {
      await sleep(20);
    }
    const marked = { resourceType: 'Patient', id: 'marked', extension: [{ url: 'mark', valueCode: 'a' }] } as Resource;
    expect((await there('PUT', 'Patient/marked', marked)).status).toBe(201);
    expect(await ids('Patient?mark=a')).toEqual(['marked']);
    await put({ ...parameter('mark', { expression, status: 'draft' }), id: 'mark' });
    await sleep(500);
    expect((await there('GET', 'Patient?mark=a')).status).toBe(400);
  } finally {
    await second.close();
  }
});
