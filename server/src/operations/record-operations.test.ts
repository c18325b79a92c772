import type { Bundle, Composition, Observation, OperationOutcome, Parameters } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../testing.ts';

let server: TestServer;
let clinic: TestClinic;
let other: TestClinic;

const subject = { reference: 'Patient/p1' };
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const mmHg = { unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' };

function observation(id: string, code: string, day: number, value: number, rest: object = {}): object {
  const at = `2026-01-${String(day).padStart(2, '0')}`;
  const category = [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  ];
  const valueQuantity = { value, ...mmHg };
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    category,
    code: loinc(code),
    subject,
    effectiveDateTime: at,
    valueQuantity,
    ...rest,
  };
}

async function put(resource: object): Promise<void> {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  const answer = await clinic.request('PUT', `${resourceType}/${id}`, resource);
  expect(answer.status, answer.text).toBe(201);
}

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Asking');
  other = await server.clinic('Other');
  await put({ resourceType: 'Organization', id: 'org', name: 'House' });
  await put({
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ system: 'urn:x', value: 'P1' }],
    name: [{ family: '=cmd|calc' }],
    birthDate: '1980-02-03',
    managingOrganization: { reference: 'Organization/org' },
  });
  await put({ resourceType: 'Patient', id: 'p2', name: [{ family: 'Two, "quoted"' }] });
  for (const [n, value] of [110, 120, 130, 140, 150].entries()) {
    await put(observation(`s${n}`, '8480-6', n + 1, value));
    await put(observation(`d${n}`, '8462-4', n + 1, value - 40));
  }
  await put(observation('kpa', '8480-6', 9, 17.3, { valueQuantity: { value: 17.3, unit: 'kPa' } }));
  await put(observation('else', '8480-6', 30, 999, { subject: { reference: 'Patient/p2' } }));
  await put(observation('silent', '8480-6', 8, 0, { valueQuantity: undefined, status: 'cancelled' }));
});
afterAll(() => server.close());

const idsOf = (bundle: Bundle): (string | undefined)[] => (bundle.entry ?? []).map((entry) => entry.resource?.id);

describe('Observation/$lastn', () => {
  test('the newest of each code, of this patient only', async () => {
    const { body } = await clinic.request<Bundle>(
      'GET',
      'Observation/$lastn?patient=p1&category=vital-signs&status=final',
    );
    expect(body.type).toBe('searchset');
    expect(idsOf(body).sort()).toEqual(['d4', 'kpa']);
  });

  test('n of a code, newest first', async () => {
    const query = 'subject=Patient/p1&code=http://loinc.org|8480-6&status=final&max=3';
    const { body } = await clinic.request<Bundle>('GET', `Observation/$lastn?${query}`);
    expect(idsOf(body)).toEqual(['kpa', 's4', 's3']);
  });

  test('refuses what cannot be meant; shows another clinic nothing', async () => {
    for (const query of ['', 'patient=p1&max=0', 'patient=Organization/o', 'patient=p1&nonsense=1']) {
      expect((await clinic.request('GET', `Observation/$lastn?${query}`)).status, query).toBe(400);
    }
    expect((await other.request<Bundle>('GET', 'Observation/$lastn?patient=p1')).body.entry ?? []).toEqual([]);
  });
});

describe('Observation/$stats', () => {
  const names = ['count', 'minimum', 'maximum', 'average', 'sum', 'median', '4-lower', 'std-dev', 'total-count'];

  function valuesOf(parameters: Parameters): Record<string, number | undefined>[] {
    return (parameters.parameter ?? []).map(({ resource }) =>
      Object.fromEntries(
        ((resource as Observation).component ?? []).map((c) => [c.code.coding?.[0]?.code, c.valueQuantity?.value]),
      ),
    );
  }

  test('by code, one set for each unit', async () => {
    const query = `subject=Patient/p1&code=8480-6&system=http://loinc.org&statistic=${names.join(',')}`;
    const { status, body, text } = await clinic.request<Parameters>('GET', `Observation/$stats?${query}`);
    expect(status, text).toBe(200);
    const [mercury, ...rest] = valuesOf(body);
    expect(mercury).toEqual({
      count: 5,
      minimum: 110,
      maximum: 150,
      average: 130,
      sum: 650,
      median: 130,
      '4-lower': 120,
      'std-dev': Math.sqrt(250),
      'total-count': 5,
    });
    expect(rest.map((other) => other.maximum).sort()).toEqual([17.3, undefined]);
  });

  test('within a period, by POST', async () => {
    const parameter = [
      { name: 'subject', valueUri: 'Patient/p1' },
      { name: 'coding', valueCoding: { system: 'http://loinc.org', code: '8480-6' } },
      { name: 'period', valuePeriod: { start: '2026-01-02', end: '2026-01-04' } },
      { name: 'statistic', valueCode: 'maximum' },
    ];
    const { body } = await clinic.request<Parameters>('POST', 'Observation/$stats', {
      resourceType: 'Parameters',
      parameter,
    });
    expect(valuesOf(body)).toEqual([{ maximum: 140 }]);
  });

  test('names the statistics there are', async () => {
    const answer = await clinic.request<OperationOutcome>(
      'GET',
      'Observation/$stats?subject=Patient/p1&code=1&statistic=mode',
    );
    expect(answer.status).toBe(400);
    expect(answer.body.issue[0]?.details?.text).toContain('average');
  });
});

describe('[type]/$csv', () => {
  test('fields of a search, without formulas', async () => {
    const { status, text, headers } = await clinic.request(
      'GET',
      'Patient/$csv?_fields=id,name.family,birthDate&_sort=_id',
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toBe('id,name.family,birthDate\r\np1,\'=cmd|calc,1980-02-03\r\np2,"Two, ""quoted""",\r\n');
  });

  test('usual fields, criteria, refusals', async () => {
    const { text } = await clinic.request('GET', 'Patient/$csv?_id=p1');
    expect(text.split('\r\n')).toHaveLength(3);
    expect((await clinic.request('GET', 'Patient/$csv?_fields=name.where(true)')).status).toBe(400);
    expect((await clinic.request('GET', 'Patient/$csv?flavour=x')).status).toBe(400);
    expect((await other.request('GET', 'Patient/$csv?_fields=id')).text).toBe('id\r\n');
  });
});

describe('DocumentReference/$docref', () => {
  test('by patient, type and time of care', async () => {
    const document = (id: string, type: string, rest: object) => ({
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      type: loinc(type),
      subject,
      content: [{ attachment: { contentType: 'text/plain', data: 'eA==' } }],
      ...rest,
    });
    const period = { start: '2026-02-01', end: '2026-02-02' };
    await put(document('care', '34133-9', { date: '2026-06-01T00:00:00Z', context: { period } }));
    await put(document('dated', '11506-3', { date: '2026-02-01T12:00:00Z' }));
    await put(document('old', '34133-9', { status: 'superseded' }));
    const ask = async (query: string): Promise<(string | undefined)[]> => {
      const answer = await clinic.request<Bundle>('GET', `DocumentReference/$docref?${query}`);
      expect(answer.status, answer.text).toBe(200);
      return idsOf(answer.body).sort();
    };
    expect(await ask('patient=p1')).toEqual(['care', 'dated']);
    expect(await ask('patient=p1&type=http://loinc.org|34133-9')).toEqual(['care']);
    expect(await ask('patient=p1&start=2026-01-15&end=2026-03-01')).toEqual(['care', 'dated']);
    expect(await ask('patient=p1&start=2026-05-01')).toEqual([]);
    expect((await clinic.request('GET', 'DocumentReference/$docref')).status).toBe(400);
  });
});

describe('Patient/$summary', () => {
  const sectionsOf = (bundle: Bundle) => (bundle.entry?.[0]?.resource as Composition | undefined)?.section ?? [];

  test('a document with the mandatory sections, and reasons where they are empty', async () => {
    await put({
      resourceType: 'Condition',
      id: 'c1',
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
      code: { text: 'Depression <script>alert(1)</script>' },
      subject,
    });
    const { status, body, text } = await clinic.request<Bundle>('GET', 'Patient/p1/$summary');
    expect(status, text).toBe(200);
    expect(body.type).toBe('document');
    const sections = sectionsOf(body);
    expect(sections.map((section) => section.code?.coding?.[0]?.code)).toEqual([
      '11450-4',
      '48765-2',
      '10160-0',
      '8716-3',
    ]);
    expect(sections[0]?.entry).toEqual([{ reference: 'Condition/c1' }]);
    expect(sections[0]?.text?.div).not.toContain('<script');
    expect(sections[1]?.emptyReason?.coding?.[0]?.code).toBe('unavailable');
    const urls = new Set((body.entry ?? []).map((entry) => entry.fullUrl));
    const references = sections.flatMap((section) => section.entry ?? []).map((entry) => entry.reference as string);
    for (const reference of [...references, 'Patient/p1', 'Organization/org']) {
      expect(
        [...urls].some((url) => url?.endsWith(`/${reference}`)),
        reference,
      ).toBe(true);
    }
    expect(urls.size).toBe(body.entry?.length);
    const validated = await clinic.request<OperationOutcome>('POST', 'Bundle/$validate', body);
    const errors = validated.body.issue.filter((issue) => issue.severity === 'error');
    expect(errors).toEqual([]);
  });

  test('by identifier; 404 for a patient of another clinic', async () => {
    const found = await clinic.request<Bundle>('GET', 'Patient/$summary?identifier=urn:x|P1');
    expect(found.body.entry?.[1]?.resource?.id).toBe('p1');
    expect((await clinic.request('GET', 'Patient/$summary?identifier=urn:x|P9')).status).toBe(404);
    expect((await clinic.request('GET', 'Patient/$summary')).status).toBe(400);
    expect((await other.request('GET', 'Patient/p1/$summary')).status).toBe(404);
  });
});
