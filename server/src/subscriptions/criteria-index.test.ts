// S35: thousands of active subscriptions without a scan per write
import type { AllergyIntolerance, Observation } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { CriteriaIndex, discriminators } from './criteria-index.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

const entry = (id: string, criteria: string): SubscriptionEntry => ({
  ...{ tenant: 1, id, author: 'Practitioner/1', channel: 'rest-hook' },
  triggers: [{ criteria, type: criteria.split('?')[0] ?? '' }],
  ...{ endpoint: 'http://x', headers: {}, contentType: 'application/fhir+json', accounts: [] },
});

const observation: Observation = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: 'ABC-1' }] },
  subject: { reference: 'Patient/p7/_history/2' },
  identifier: [{ system: 'urn:x', value: 'n5' }],
};

describe('CriteriaIndex', () => {
  test.each([
    'Observation',
    'Observation?',
    'Observation?subject=Patient/p7',
    'Observation?patient=p7',
    'Observation?subject=Patient/p1,Patient/p7',
    'Observation?code=http://loinc.org|abc-1',
    'Observation?code=x,ABC-1',
    'Observation?identifier=urn:x|n5',
    'Observation?_id=o1',
    'Observation?code:in=http://vs',
    'Observation?subject.name=x',
    'Observation?status=final',
  ])('%s is a candidate', (criteria) => {
    const index = new CriteriaIndex([entry('s', criteria)]);
    expect([...index.candidates(observation)].map(({ id }) => id)).toEqual(['s']);
  });

  test('a plain code is found as a coded one is', () => {
    const index = new CriteriaIndex([entry('s', 'AllergyIntolerance?category=food')]);
    const allergy = { resourceType: 'AllergyIntolerance', category: ['food'], patient: {} } as AllergyIntolerance;
    expect([...index.candidates(allergy)]).toHaveLength(1);
  });

  test.each([
    'Patient',
    'Observation?subject=Patient/p8',
    'Observation?code=http://loinc.org|abc-2',
    'Observation?_id=o2',
  ])('%s is none', (criteria) => {
    expect([...new CriteriaIndex([entry('s', criteria)]).candidates(observation)]).toEqual([]);
  });

  test('of 5,000 subscriptions a write meets only those of its own patient and code', () => {
    const entries = Array.from({ length: 5000 }, (_, i) =>
      entry(`s${i}`, `Observation?subject=Patient/p${i}&code=abc-1`),
    );
    const met = [...new CriteriaIndex(entries).candidates(observation)];
    expect(met.map(({ id }) => id)).toEqual(['s7']);
  });

  test('one that was taken out is met no more, and the others stay', () => {
    const both = ['s1', 's2'].map((id) => entry(id, 'Observation?subject=Patient/p7'));
    const index = new CriteriaIndex([...both, entry('s3', 'Observation')]);
    index.remove(both[0] as SubscriptionEntry);
    expect([...index.candidates(observation)].map(({ id }) => id).sort()).toEqual(['s2', 's3']);
  });
});

test.each([
  ['Observation?subject=Patient/1&code=x', ['id:1']],
  ['Observation?category=vital-signs&code=x', ['code:x']],
  ['Observation?category=Vital-Signs', ['code:vital-signs']],
  ['Observation?status=final&code=x&patient=1', ['id:1']],
  ['Observation?code=a%7Cb', ['code:b']],
  ['Observation?code=http://x|', undefined],
  ['Observation?code=a\\,b', undefined],
  ['Observation?subject:missing=true', undefined],
])('discriminators of %s', (criteria, expected) => {
  expect(discriminators(criteria)).toEqual(expected);
});
