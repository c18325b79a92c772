/** What the smallest change must be: one that moves the band, and none smaller that does (product.md N3). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, clinicFacts, davis } from '../testing/arbitraries.ts';
import { counterfactuals, withFactor } from './counterfactual.ts';
import { scoreRisk } from './engine.ts';

describe('counterfactuals', () => {
  it('moves the band, by exactly the change that it names', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const before = scoreRisk(facts);
        for (const change of counterfactuals(facts)) {
          const after = scoreRisk(withFactor(facts, change.factor, change.to));
          expect(after.band).toBe(change.band);
          expect(after.band).not.toBe(before.band);
          expect(after.score).toBe(change.score);
        }
      }),
    );
  });

  it('names the smallest one first', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const now = scoreRisk(facts).score;
        const sizes = counterfactuals(facts).map((change) => Math.abs(change.score - now));
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      }),
    );
  });

  it('says for Davis Robert that one crisis call fewer ends critical', () => {
    expect(counterfactuals(davis)[0]).toEqual({ factor: 'crisis-calls', from: 6, to: 5, band: 'high', score: 89 });
  });

  it('is empty when no single change moves the band', () => {
    const answer = { value: 2, at: davis.asOf, stale: false, basis: [] };
    const both = { ...clinicFacts(9, 0, 9, 300), phq9Item9: answer, cssrs: { ...answer, value: 6 } };
    expect(counterfactuals(both)).toEqual([]);
  });
});
