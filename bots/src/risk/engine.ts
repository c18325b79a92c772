import { type Band, type BandCuts, bandOf, standardCuts } from './bands.ts';
import type { FactorCode, RiskFacts } from './facts.ts';
import { factorCodes } from './facts.ts';

/** What one factor, the cap or the floor adds to the score. */
export interface Contribution {
  readonly factor: FactorCode | 'cap' | 'floor';
  /** Whole points; only the cap is negative. */
  readonly points: number;
  readonly state: 'known' | 'stale' | 'unknown';
  /** The factor's value, when known or stale. */
  readonly value?: number;
  /** Versioned references that carry the value. */
  readonly basis: readonly string[];
}

/** A score with everything that explains it: the contributions sum exactly to the score. */
export interface RiskScore {
  /** Whole number, 0–100. */
  readonly score: number;
  readonly band: Band;
  readonly contributions: readonly Contribution[];
  /** Factors whose value is missing or stale: the reader must know that the score may be too low. */
  readonly unknowns: readonly FactorCode[];
}

/** Identity of this engine; a change of any weight is a new version. */
export const riskEngine = { name: 'risk-embedded', version: '1.0.0', display: 'MindBridge risk engine' } as const;

const MAXIMUM = 100;

/** Points of each factor by its value; each is monotone: more risk never gives fewer points. */
export const factorPoints: Readonly<Record<FactorCode, (value: number) => number>> = {
  'crisis-calls': (calls) => Math.min(40, 6 * atLeastZero(calls)),
  'medication-adherence': (percent) => Math.round(((100 - Math.min(100, atLeastZero(percent))) * 32) / 100),
  'missed-appointments': (missed) => Math.min(20, 5 * atLeastZero(missed)),
  'days-since-seen': (days) => Math.min(15, Math.round((atLeastZero(days) * 15) / 52)),
  'phq-9': (total) =>
    step(total, [
      [20, 10],
      [15, 7],
      [10, 4],
      [5, 2],
    ]),
  'phq-9-item-9': () => 0,
  'gad-7': (total) =>
    step(total, [
      [15, 5],
      [10, 3],
      [5, 1],
    ]),
  'c-ssrs': (item) =>
    step(item, [
      [4, 20],
      [3, 15],
      [2, 10],
      [1, 5],
    ]),
};

function atLeastZero(value: number): number {
  return Math.max(0, value);
}

function step(value: number, steps: readonly (readonly [number, number])[]): number {
  return steps.find(([from]) => value >= from)?.[1] ?? 0;
}

/** Does an answer about suicide put the patient at critical whatever the sum: PHQ-9 item 9 above 0, C-SSRS item 4, 5 or 6? */
export function hasCriticalAnswer(facts: RiskFacts): boolean {
  return (facts.phq9Item9?.value ?? 0) > 0 || (facts.cssrs?.value ?? 0) >= 4;
}

/**
 * Scores a patient's facts: whole points per factor, a floor at critical for answers about suicide, a cap at 100; both
 * are contributions of their own. A clinic's cuts move the bands and the floor, never the points. Deterministic and monotone; a missing value adds nothing and takes nothing away, a
 * stale value keeps its points.
 */
export function scoreRisk(facts: RiskFacts, cuts: BandCuts = standardCuts): RiskScore {
  const contributions: Contribution[] = factorCodes.map((factor) => contributionOf(factor, facts));
  let score = contributions.reduce((sum, each) => sum + each.points, 0);
  const floor = hasCriticalAnswer(facts) ? cuts.critical : 0;
  if (score < floor) {
    contributions.push({ factor: 'floor', points: floor - score, state: 'known', basis: criticalBasis(facts) });
    score = floor;
  }
  if (score > MAXIMUM) {
    contributions.push({ factor: 'cap', points: MAXIMUM - score, state: 'known', basis: [] });
    score = MAXIMUM;
  }
  const unknowns = factorCodes.filter((factor) =>
    contributions.some((c) => c.factor === factor && c.state !== 'known'),
  );
  return { score, band: bandOf(score, cuts), contributions, unknowns };
}

function criticalBasis(facts: RiskFacts): string[] {
  const item9 = (facts.phq9Item9?.value ?? 0) > 0 ? (facts.phq9Item9?.basis ?? []) : [];
  const cssrs = (facts.cssrs?.value ?? 0) >= 4 ? (facts.cssrs?.basis ?? []) : [];
  return [...new Set([...item9, ...cssrs])].sort();
}

/** A factor as the facts hold it; `stale` is absent for counts, which cannot be stale. */
export interface FactorValue {
  readonly value: number;
  readonly stale?: boolean;
  readonly basis: readonly string[];
}

/** The value of one factor in the facts, if it is known or stale. */
export function factorValue(factor: FactorCode, facts: RiskFacts): FactorValue | undefined {
  const values: Readonly<Record<FactorCode, FactorValue | undefined>> = {
    'crisis-calls': facts.crisisCalls,
    'medication-adherence': facts.medicationAdherence,
    'missed-appointments': facts.missedAppointments,
    'days-since-seen': facts.daysSinceSeen,
    'phq-9': facts.phq9,
    'phq-9-item-9': facts.phq9Item9,
    'gad-7': facts.gad7,
    'c-ssrs': facts.cssrs,
  };
  return values[factor];
}

function contributionOf(factor: FactorCode, facts: RiskFacts): Contribution {
  const found = factorValue(factor, facts);
  if (!found) {
    return { factor, points: 0, state: 'unknown', basis: [] };
  }
  return {
    factor,
    points: factorPoints[factor](found.value),
    state: found.stale ? 'stale' : 'known',
    value: found.value,
    basis: found.basis,
  };
}
