import type { RiskAssessment } from '@medplum/fhirtypes';
import { extensionUrl, riskBandCoding } from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { assessment, newestFirst } from './risk-assessment.ts';

const resource: RiskAssessment = {
  resourceType: 'RiskAssessment',
  id: 'r',
  meta: { security: [{ code: 'AIAST' }] },
  status: 'final',
  subject: { reference: 'Patient/4' },
  occurrenceDateTime: '2026-02-10T08:00:00Z',
  prediction: [{ qualitativeRisk: { coding: [riskBandCoding.critical] }, rationale: 'calls' }],
  mitigation: 'Contact within 24 hours.',
  note: [{ text: 'Risk score 95 of 100.' }],
  extension: [
    { url: extensionUrl.riskScore, valueInteger: 95 },
    {
      url: extensionUrl.riskContribution,
      extension: [
        { url: 'factor', valueCode: 'crisis-calls' },
        { url: 'value', valueQuantity: { value: 6, code: '{calls}' } },
        { url: 'points', valueDecimal: 36 },
        { url: 'state', valueCode: 'stale' },
        { url: 'basis', valueReference: { reference: 'Observation/1/_history/2' } },
        { url: 'basis', valueReference: { reference: 'Observation/2/_history/1' } },
      ],
    },
    {
      url: extensionUrl.riskCounterfactual,
      extension: [
        { url: 'factor', valueCode: 'crisis-calls' },
        { url: 'from', valueQuantity: { value: 6, code: '{calls}' } },
        { url: 'to', valueQuantity: { value: 5, code: '{calls}' } },
        { url: 'band', valueCode: 'high' },
      ],
    },
    {
      url: extensionUrl.riskChange,
      extension: [
        { url: 'from', valueInteger: 89 },
        { url: 'to', valueInteger: 95 },
      ],
    },
    { url: extensionUrl.narrativeEngine, valueCode: 'embedded' },
  ],
};

it('reads every part of an assessment as the bot writes it', () => {
  const found = assessment(resource);
  expect(found).toMatchObject({ score: 95, band: 'critical', engine: 'embedded', aiLabelled: true });
  expect(found.factors).toEqual([
    {
      code: 'crisis-calls',
      label: 'Crisis calls in 30 days',
      value: { value: 6, code: '{calls}' },
      text: undefined,
      points: 36,
      state: 'stale',
      basis: ['Observation/1/_history/2', 'Observation/2/_history/1'],
    },
  ]);
  expect(found.counterfactuals[0]).toMatchObject({ to: { value: 5 }, band: 'high', label: 'Crisis calls in 30 days' });
  expect(found.changes[0]).toMatchObject({ factor: '', from: { value: 89 }, to: { value: 95 } });
});

it('works on an assessment with nothing in it, and on extensions without parts', () => {
  const empty = assessment({ resourceType: 'RiskAssessment', status: 'final', subject: {} });
  expect(empty).toMatchObject({ band: 'unknown', factors: [], changes: [], counterfactuals: [], aiLabelled: false });
  const hollow = assessment({
    resourceType: 'RiskAssessment',
    status: 'final',
    subject: {},
    extension: [extensionUrl.riskContribution, extensionUrl.riskChange, extensionUrl.riskCounterfactual].map((url) => ({
      url,
    })),
  });
  expect(hollow.factors[0]).toMatchObject({ points: 0, state: 'known', basis: [] });
  expect(hollow.counterfactuals[0]?.band).toBe('unknown');
});

it('puts the newest assessment first and undated ones last', () => {
  const at = (id: string, when?: string): ReturnType<typeof assessment> => ({ ...assessment(resource), id, at: when });
  expect(newestFirst([at('a', '2026-01-01'), at('b'), at('c', '2026-02-01')]).map((one) => one.id)).toEqual([
    'c',
    'a',
    'b',
  ]);
});
