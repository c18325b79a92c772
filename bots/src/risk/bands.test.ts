/** Where bands begin: 40, 70 and 90, or where supervisors say, and with them floor, counterfactual and band of new scores. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, clinicFacts, davis } from '../testing/arbitraries.ts';
import { assess } from './assessment.ts';
import { areSound, bandOf, standardCuts } from './bands.ts';
import { hasCriticalAnswer } from './engine.ts';

const cuts = { medium: 30, high: 60, critical: 96 };

describe('bands of a clinic', () => {
  it('move the band of a score, never the score', () => {
    expect(assess(davis, { cuts }).score).toMatchObject({ score: 95, band: 'high' });
    expect(assess(davis).score).toMatchObject({ score: 95, band: 'critical' });
  });

  it('move the floor of answers about suicide with critical', () => {
    const answer = { value: 1, at: '2026-02-01T10:00:00.000Z', stale: false, basis: [] };
    const { score } = assess({ ...clinicFacts(0, 100, 0, 0), phq9Item9: answer }, { cuts });
    expect(score).toMatchObject({ score: 96, band: 'critical' });
  });

  it('hold for every patient: counterfactuals cross the bands of the clinic', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { score, counterfactuals } = assess(facts, { cuts });
        expect(score.band).toBe(bandOf(score.score, cuts));
        expect(!hasCriticalAnswer(facts) || score.band === 'critical').toBe(true);
        for (const change of counterfactuals) {
          expect(change.band).toBe(bandOf(change.score, cuts));
          expect(change.band).not.toBe(score.band);
        }
      }),
    );
  });

  it('are sound when whole, in order and in time', () => {
    expect(areSound(standardCuts)).toBe(true);
    expect(areSound({ medium: 0, high: 60, critical: 90 })).toBe(false);
    expect(areSound({ medium: 60, high: 50, critical: 90 })).toBe(false);
    expect(areSound(cuts)).toBe(false);
  });
});
