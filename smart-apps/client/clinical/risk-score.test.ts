import type { Observation } from '@medplum/fhirtypes';
import { observationCoding, riskBandCoding, riskFactorCoding } from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { riskScore } from './risk-score.ts';

const full: Observation = {
  resourceType: 'Observation',
  id: 's',
  meta: { versionId: '7' },
  status: 'final',
  code: { coding: [observationCoding.riskScore] },
  subject: { reference: 'Patient/4' },
  effectiveDateTime: '2026-02-10T08:00:00Z',
  valueQuantity: { value: 95 },
  component: [
    { code: { coding: [observationCoding.riskBand] }, valueCodeableConcept: { coding: [riskBandCoding.critical] } },
    { code: { coding: [riskFactorCoding.crisisCalls] }, valueQuantity: { value: 6, unit: 'calls' } },
  ],
};

it('reads score, band and factors', () => {
  expect(riskScore(full)).toMatchObject({
    patientId: '4',
    version: '7',
    score: 95,
    band: 'critical',
    factors: [{ code: 'crisis-calls', value: 6 }],
  });
});

it('derives the band from the score when none is stated', () => {
  expect(riskScore({ ...full, component: undefined }).band).toBe('critical');
});

it('works on an Observation with nothing in it', () => {
  const empty = riskScore({ resourceType: 'Observation', status: 'final', code: {} });
  expect(empty).toMatchObject({ patientId: '', band: 'unknown', factors: [] });
  expect(empty.score).toBeUndefined();
});
