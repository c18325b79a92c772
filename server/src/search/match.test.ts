import type { Observation, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SearchFixture, searchFixture } from './search-fixture.ts';

// https://hl7.org/fhir/R4/search.html: the database and the matcher must give the same answer to the same search.

/** A small generator of random numbers, so that every run sees the same resources. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const next = random(7);
const pick = <T>(values: readonly T[]): T => values[next(values.length)] as T;
const CODES = ['8867-4', '29463-7', '8480-6', '8462-4'];
const UNITS = ['kg', 'g', 'mg/dL', '{score}', 'Cel'];
const DATES = [
  '2021',
  '2021-05',
  '2021-05-17',
  '2021-05-17T10:00:00Z',
  '2021-05-17T10:00:00.250Z',
  '2022-01-01',
  '2020-12-31T23:59:59Z',
];
const NAMES = ['Müller', 'Muller', 'Miller', 'mu', 'Ångström', 'O’Neil', 'de la Cruz'];

const concept = () => ({ coding: [{ system: pick(['http://loinc.org', 'urn:x']), code: pick(CODES) }] });
const quantity = () => {
  const unit = pick(UNITS);
  return {
    value: pick([0, 1, 70, 70.4, 100, 1000, 37.5]),
    unit,
    code: unit,
    system: pick(['http://unitsofmeasure.org', 'urn:u']),
  };
};

function patient(n: number): Patient {
  return {
    resourceType: 'Patient',
    id: `p${n}`,
    ...(next(3) > 0 && {
      name: [{ family: pick(NAMES), given: [pick(NAMES)] }, ...(next(4) ? [] : [{ family: pick(NAMES) }])],
    }),
    gender: pick(['male', 'female', 'other']),
    ...(next(4) > 0 && { birthDate: pick(['1980', '1980-06', '1980-06-01', '1990-01-01']) }),
    ...(next(2) && { active: next(2) === 1 }),
    ...(next(4) === 0 && { deceasedDateTime: '2020-01-01' }),
    meta: {
      tag: [{ system: 'urn:t', code: pick(['a', 'b']) }],
      accounts: [{ reference: pick(['Practitioner/x', 'Practitioner/y']) }],
    },
  };
}

function observation(n: number): Observation {
  const time = next(4);
  return {
    resourceType: 'Observation',
    id: `o${n}`,
    meta: { lastUpdated: new Date(Date.UTC(2026, 0, 1, n)).toISOString() },
    status: pick(['final', 'preliminary', 'amended'] as const),
    code: concept(),
    subject: { reference: `Patient/p${next(12)}` },
    ...(time === 0 && { effectivePeriod: { start: pick(DATES), ...(next(2) && { end: '2022-08' }) } }),
    ...(time > 1 && { effectiveDateTime: pick(DATES) }),
    ...(next(3) > 0 && { valueQuantity: quantity() }),
    ...(next(3) === 0 && { component: [1, 2].map(() => ({ code: concept(), valueQuantity: quantity() })) }),
  };
}

const resources: Resource[] = [
  ...Array.from({ length: 30 }, (_, n) => patient(n)),
  ...Array.from({ length: 150 }, (_, n) => observation(n)),
];

const prefix = () => pick(['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']);
const number = () => pick(['70', '70.0', '70.4', '100', '1e3', '0.07', '-1']);
const unit = () =>
  pick(['', '', '|http://unitsofmeasure.org|kg', '|http://unitsofmeasure.org|g', '||Cel', '|urn:u|mg/dL']);
const code = () => pick(['', 'http://loinc.org|', '|']) + pick(CODES);

/** Random searches of every kind the matcher can judge. */
function query(): [string, [string, string][]] {
  const patientParams: (() => [string, string])[] = [
    () => [`name${pick(['', ':exact', ':contains'])}`, pick(['mu', 'Müller', 'MIL', 'l', 'de la', 'ång', 'muller mi'])],
    () => ['family', pick(['mu', 'o’', 'x,mil'])],
    () => [
      `gender${pick(['', ':not'])}`,
      pick(['male', 'female,other', 'http://hl7.org/fhir/administrative-gender|male']),
    ],
    () => ['birthdate', prefix() + pick(['1980', '1980-06', '1980-06-01', '1985'])],
    () => [`${pick(['active', 'name', 'birthdate', 'deceased', 'death-date'])}:missing`, pick(['true', 'false'])],
    () => ['deceased', pick(['true', 'false'])],
    () => ['_tag', pick(['a', 'urn:t|b', 'urn:t|'])],
    () => ['_id', pick(['p1,p2,p3', 'p4', 'none'])],
    () => ['_compartment', pick(['Practitioner/x', 'Patient/p3'])],
    () => [
      '_filter',
      pick(['gender eq male and name sw mu', 'not (active eq true)', 'birthdate ge 1980-06 or gender eq other']),
    ],
  ];
  const observationParams: (() => [string, string])[] = [
    () => [pick(['code', 'combo-code', 'component-code']), code()],
    () => ['code', `${code()},${code()}`],
    () => ['status:not', pick(['final', 'final,amended'])],
    () => ['date', prefix() + pick(DATES)],
    () => ['date', `${prefix()}2021-05,${prefix()}2022`],
    () => [pick(['value-quantity', 'component-value-quantity', 'combo-value-quantity']), prefix() + number() + unit()],
    () => ['value-quantity', `${prefix()}${number()},${prefix()}${number()}`],
    () => [
      `${pick(['', 'component-', 'combo-'])}code-value-quantity`,
      `${pick(['', 'http://loinc.org|'])}${pick(CODES)}$${prefix()}${number()}${unit()}`,
    ],
    () => [pick(['subject', 'patient']), pick(['Patient/p1', 'p2,p3', 'Patient/p4,Patient/p5'])],
    () => [`${pick(['date', 'value-quantity', 'component-code', 'encounter'])}:missing`, pick(['true', 'false'])],
    () => ['_compartment', 'Patient/p3'],
  ];
  const type = pick(['Patient', 'Observation']);
  const pool = type === 'Patient' ? patientParams : observationParams;
  return [type, Array.from({ length: 1 + next(2) }, () => pick(pool)())];
}

const SORTS: Record<string, string[]> = {
  Patient: ['family', '-birthdate', 'gender,family', '-_lastUpdated', '_id', 'name,-birthdate'],
  Observation: [
    'date',
    '-date',
    'value-quantity',
    '-component-value-quantity',
    'status,date',
    'code',
    '-combo-value-quantity,_id',
  ],
};

const CHANGES = ['2026-01-01', '2026-01-03', '2026-01-02T06:00:00Z', '2026-01-05T12:00:00.001Z', '2026'];

/** Two bounds of one moment, sometimes with a third or something else beside them. */
function span(): [string, string][] {
  const [name, values] = pick([
    ['date', DATES],
    ['_lastUpdated', CHANGES],
  ] as const);
  const bound = (): [string, string] => [name, prefix() + pick(values)];
  const more: [string, string][] = [bound(), ['status', 'final'], ['code', code()]];
  return [bound(), bound(), ...more.slice(next(3), next(4))];
}

/** When an observation begins, or was changed, in ms. */
const moments: Readonly<Record<string, (resource: Observation) => number>> = {
  date: ({ effectiveDateTime, effectivePeriod }) => Date.parse(effectiveDateTime ?? effectivePeriod?.start ?? ''),
  _lastUpdated: ({ meta }) => Date.parse(meta?.lastUpdated ?? ''),
};

let fixture: SearchFixture;
beforeAll(async () => {
  fixture = await searchFixture();
  await fixture.load(resources);
}, 60_000);
afterAll(() => fixture.close());

test('the database finds what the matcher finds, whatever the order and the length of pages', async () => {
  for (let n = 0; n < 600; n++) {
    const [type, params] = query();
    const search = fixture.search.parse(type, params);
    expect(fixture.search.canMatch(search)).toBe(true);
    const expected = resources
      .filter((r) => r.resourceType === type && fixture.search.matches(search, r))
      .map((r) => r.id as string);
    const sort = n % 2 ? [['_sort', pick(SORTS[type] as string[])]] : [];
    const text = new URLSearchParams([...params, ...sort, ['_count', String(pick([1, 7, 50, 1000]))]] as [
      string,
      string,
    ][]);
    const found = await fixture.ids(`${type}?${text}`);
    expect(`${decodeURIComponent(text.toString())}: ${[...found].sort()}`).toBe(
      `${decodeURIComponent(text.toString())}: ${expected.sort()}`,
    );
    const { total } = await fixture.page(`${type}?${text}&_summary=count`);
    expect(total).toBe(expected.length);
  }
}, 120_000);

test('two bounds of one moment are a range, in either order of it and however long the pages', async () => {
  const byId = new Map(resources.map((resource) => [resource.id, resource as Observation]));
  for (let n = 0; n < 300; n++) {
    const params = span();
    const search = fixture.search.parse('Observation', params);
    const matching = resources.filter((r) => r.resourceType === 'Observation' && fixture.search.matches(search, r));
    const rule = pick(['', 'date', '-date', '_lastUpdated', '-_lastUpdated']);
    const text = new URLSearchParams([...params, ['_count', pick(['3', '40'])]]);
    if (rule) {
      text.set('_sort', rule);
    }
    const found = await fixture.ids(`Observation?${text}`);
    expect(`${text}: ${[...found].sort()}`).toBe(`${text}: ${matching.map(({ id }) => id).sort()}`);
    const times = found.map((id) => moments[rule.replace('-', '')]?.(byId.get(id) as Observation) ?? 0);
    const known = times.filter((time) => !Number.isNaN(time));
    expect(known).toEqual([...known].sort((a, b) => (rule.startsWith('-') ? b - a : a - b)));
    expect(times.slice(0, known.length)).toEqual(known);
  }
}, 60_000);
