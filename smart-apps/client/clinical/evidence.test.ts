import { expect, it } from 'vitest';
import { evidence } from './evidence.ts';

it('says what an Observation states', () => {
  expect(
    evidence({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Medication adherence' },
      valueQuantity: { value: 25, unit: '%' },
      effectiveDateTime: '2026-02-01',
    }),
  ).toEqual({ what: 'Medication adherence', value: '25 %', when: '2026-02-01' });
});

it('names a missed appointment and a visit', () => {
  expect(
    evidence({ resourceType: 'Appointment', status: 'noshow', participant: [], start: '2026-01-05T10:00:00Z' }).what,
  ).toBe('Missed appointment');
  expect(evidence({ resourceType: 'Encounter', status: 'finished', class: {} }).what).toBe('Visit');
});

it('works on the emptiest resources', () => {
  expect(evidence({ resourceType: 'Observation', status: 'final', code: {} })).toEqual({
    what: 'Observation',
    value: undefined,
    when: undefined,
  });
  expect(evidence({ resourceType: 'Flag', status: 'active', code: {}, subject: {} }).what).toBe('Flag');
});
