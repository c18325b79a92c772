/** The answer of a run. */
import { describe, expect, it } from 'vitest';
import { type PatientResult, statisticsOf, summaryOf } from './summary.ts';

const results: PatientResult[] = [
  { kind: 'assessed', patientId: 'a', score: 95, band: 'critical', assessmentId: 'r1' },
  { kind: 'assessed', patientId: 'b', score: 75, band: 'high' },
  { kind: 'assessed', patientId: 'c', score: 5, band: 'low' },
  { kind: 'abstained', patientId: 'd', code: 'patient-not-visible', reason: 'x' },
];

describe('statisticsOf', () => {
  it('counts critical within high', () => {
    expect(statisticsOf(results)).toEqual({
      total: 4,
      high: 2,
      critical: 1,
      medium: 0,
      low: 1,
      abstained: 1,
      failed: 0,
    });
  });
});

describe('summaryOf', () => {
  it('gives one assessment for each patient, then the statistics', () => {
    const { parameter } = summaryOf(results);
    expect(parameter?.map((each) => each.name)).toEqual([...results.map(() => 'assessment'), 'statistics']);
    expect(parameter?.[0]?.part).toContainEqual({
      name: 'assessment',
      valueReference: { reference: 'RiskAssessment/r1' },
    });
    expect(parameter?.[3]?.part).toContainEqual({ name: 'outcome', valueCode: 'abstained' });
  });
});
