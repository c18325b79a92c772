/** Score and contributions read back out of a RiskAssessment. */
import { describe, expect, it } from 'vitest';
import { davis } from '../testing/arbitraries.ts';
import { scoreRisk } from './engine.ts';
import { contributionExtension } from './explanation.ts';
import { previousScore } from './previous.ts';

describe('previousScore', () => {
  it('reads what was written', () => {
    const score = scoreRisk(davis);
    const extension = [
      { url: 'https://mindbridge.health/fhir/StructureDefinition/risk-score', valueInteger: score.score },
      ...score.contributions.map(contributionExtension),
    ];
    const read = previousScore({ resourceType: 'RiskAssessment', id: '1', status: 'final', subject: {}, extension });
    expect(read).toMatchObject({ score: 95, band: 'critical', reference: 'RiskAssessment/1' });
    expect(read?.contributions.map((each) => each.points)).toEqual(score.contributions.map((each) => each.points));
  });

  it('keeps the band that was coded then, whatever the bands are now', () => {
    const coding = [{ system: 'https://mindbridge.health/fhir/CodeSystem/risk-band', code: 'high' }];
    const extension = [{ url: 'https://mindbridge.health/fhir/StructureDefinition/risk-score', valueInteger: 62 }];
    const prediction = [{ qualitativeRisk: { coding } }];
    const assessment = { resourceType: 'RiskAssessment', id: '1', status: 'final', subject: {}, extension } as const;
    expect(previousScore({ ...assessment, extension, prediction })?.band).toBe('high');
  });

  it('gives nothing for an assessment of somebody else', () => {
    expect(previousScore({ resourceType: 'RiskAssessment', id: '1', status: 'final', subject: {} })).toBeUndefined();
    expect(previousScore(undefined)).toBeUndefined();
  });
});
