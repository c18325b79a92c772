/** Properties that the score must have for every patient, and the clinic's own cases (product.md R13–R16). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, clinicFacts, davis, jackson } from '../testing/arbitraries.ts';
import { bandOf } from './bands.ts';
import { withFactor } from './counterfactual.ts';
import { factorValue, scoreRisk } from './engine.ts';
import { factorCodes, type RiskFacts } from './facts.ts';
import { recommendationFor } from './recommendation.ts';

const points = (facts: RiskFacts): Record<string, number> =>
  Object.fromEntries(scoreRisk(facts).contributions.map((each) => [each.factor, each.points]));

describe('the clinic’s cases', () => {
  it('scores Davis Robert 95, critical', () => {
    expect(scoreRisk(davis)).toMatchObject({ score: 95, band: 'critical' });
    expect(points(davis)).toMatchObject({
      'crisis-calls': 36,
      'medication-adherence': 24,
      'missed-appointments': 20,
      'days-since-seen': 15,
    });
  });

  it('lists Jackson David second', () => {
    const second = scoreRisk(jackson);
    expect(second.score).toBe(93);
    expect(second.score).toBeLessThan(scoreRisk(davis).score);
  });

  it('gives the clinic’s recommendation at critical', () => {
    expect(recommendationFor('critical')).toBe(
      'Immediate psychiatric evaluation required. Contact within 24 hours. Consider daily check-ins.',
    );
  });
});

describe('bands', () => {
  it.each([
    [0, 'low'],
    [39, 'low'],
    [40, 'medium'],
    [69, 'medium'],
    [70, 'high'],
    [89, 'high'],
    [90, 'critical'],
    [100, 'critical'],
  ])('%i is %s', (score, band) => {
    expect(bandOf(score)).toBe(band);
  });
});

describe('every score', () => {
  it('is the exact sum of its contributions, between 0 and 100', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { score, contributions } = scoreRisk(facts);
        expect(contributions.reduce((sum, each) => sum + each.points, 0)).toBe(score);
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
      }),
    );
  });

  it('never falls when a factor gets worse', () => {
    const worse = { 'medication-adherence': -1 } as Record<string, number>;
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(...factorCodes), fc.integer({ min: 1, max: 30 }), (facts, factor, by) => {
        const value = factorValue(factor, facts)?.value;
        fc.pre(value !== undefined);
        const after = withFactor(facts, factor, Math.max(0, (value ?? 0) + by * (worse[factor] ?? 1)));
        expect(scoreRisk(after).score).toBeGreaterThanOrEqual(scoreRisk(facts).score);
      }),
    );
  });

  it('is never raised by losing a value, and a stale value keeps its points', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const measuredKeys = ['medicationAdherence', 'daysSinceSeen', 'phq9', 'phq9Item9', 'gad7', 'cssrs'] as const;
        for (const key of measuredKeys) {
          const stale = facts[key] && { ...facts[key], stale: true };
          expect(scoreRisk({ ...facts, [key]: stale }).score).toBe(scoreRisk(facts).score);
          expect(scoreRisk({ ...facts, [key]: undefined }).score).toBeLessThanOrEqual(scoreRisk(facts).score);
        }
      }),
    );
  });

  it('is critical after an answer about suicide, whatever the rest says', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 6 }), (facts, item9, item) => {
        const measured = (value: number) => ({ value, at: facts.asOf, stale: false, basis: [] });
        expect(scoreRisk({ ...facts, phq9Item9: measured(item9) }).band).toBe('critical');
        expect(scoreRisk({ ...facts, cssrs: measured(item) }).band).toBe('critical');
      }),
    );
  });
});

describe('floor and cap', () => {
  it('shows the floor as a contribution of its own, with the answer behind it', () => {
    const answer = { value: 1, at: davis.asOf, stale: false, basis: ['Observation/9/_history/3'] };
    const { score, contributions } = scoreRisk({ ...clinicFacts(0, 100, 0, 0), phq9Item9: answer });
    expect(score).toBe(90);
    expect(contributions).toContainEqual({ factor: 'floor', points: 90, state: 'known', basis: answer.basis });
  });

  it('shows the cap as a contribution of its own', () => {
    const { score, contributions } = scoreRisk(clinicFacts(9, 0, 9, 300));
    expect(score).toBe(100);
    expect(contributions.find((each) => each.factor === 'cap')?.points).toBe(-7);
  });

  it('names missing and stale factors as unknown', () => {
    const { unknowns } = scoreRisk({ ...davis, daysSinceSeen: undefined });
    expect(unknowns).toEqual(['days-since-seen', 'phq-9', 'phq-9-item-9', 'gad-7', 'c-ssrs']);
  });
});
