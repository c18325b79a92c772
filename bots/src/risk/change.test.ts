/** What changed since the last score: the points of the factors sum to the difference. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, davis } from '../testing/arbitraries.ts';
import { changeSince, type PreviousScore } from './change.ts';
import { scoreRisk } from './engine.ts';

const asPrevious = (facts: Parameters<typeof scoreRisk>[0]): PreviousScore => ({
  reference: 'RiskAssessment/1/_history/1',
  ...scoreRisk(facts),
});

describe('changeSince', () => {
  it('is absent without a previous score, and empty when nothing moved', () => {
    expect(changeSince(undefined, scoreRisk(davis))).toBeUndefined();
    expect(changeSince(asPrevious(davis), scoreRisk(davis))?.factors).toEqual([]);
  });

  it('sums to the difference of the scores', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (before, after) => {
        const change = changeSince(asPrevious(before), scoreRisk(after));
        const points = change?.factors.reduce((sum, each) => sum + each.points, 0);
        expect(points).toBe((change?.toScore ?? 0) - (change?.fromScore ?? 0));
      }),
    );
  });
});
