import type { Band } from './bands.ts';
import type { Contribution, RiskScore } from './engine.ts';

/** What the previous assessment said, as far as it can be read. */
export interface PreviousScore {
  /** Reference of the previous RiskAssessment. */
  readonly reference: string;
  readonly score: number;
  readonly band: Band;
  readonly contributions: readonly Pick<Contribution, 'factor' | 'points' | 'value'>[];
}

/** How one factor moved since the previous assessment. */
export interface FactorChange {
  readonly factor: Contribution['factor'];
  readonly from?: number;
  readonly to?: number;
  /** Points gained (positive) or lost. */
  readonly points: number;
}

/** How the score moved since the previous assessment; the points of the factors sum to the difference of the scores. */
export interface RiskChange {
  readonly previous: string;
  readonly fromScore: number;
  readonly toScore: number;
  readonly fromBand: Band;
  readonly toBand: Band;
  readonly factors: readonly FactorChange[];
}

/** Compares a score with the previous one; undefined when there is none. Factors that did not move are left out. */
export function changeSince(previous: PreviousScore | undefined, now: RiskScore): RiskChange | undefined {
  if (!previous) {
    return undefined;
  }
  const codes = new Set([...now.contributions, ...previous.contributions].map((each) => each.factor));
  const factors = [...codes].flatMap((factor) => factorChange(factor, previous, now));
  return {
    previous: previous.reference,
    fromScore: previous.score,
    toScore: now.score,
    fromBand: previous.band,
    toBand: now.band,
    factors,
  };
}

function factorChange(factor: Contribution['factor'], previous: PreviousScore, now: RiskScore): FactorChange[] {
  const before = previous.contributions.find((each) => each.factor === factor);
  const after = now.contributions.find((each) => each.factor === factor);
  const points = (after?.points ?? 0) - (before?.points ?? 0);
  return points === 0 && before?.value === after?.value
    ? []
    : [{ factor, from: before?.value, to: after?.value, points }];
}
