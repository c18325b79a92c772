import { type Band, type BandCuts, standardCuts } from './bands.ts';
import { factorValue, scoreRisk } from './engine.ts';
import { type Counted, type FactorCode, factorCodes, type Measured, type RiskFacts } from './facts.ts';

/** One change of one factor that moves the patient into another band. */
export interface Counterfactual {
  readonly factor: FactorCode;
  readonly from: number;
  readonly to: number;
  /** Band after the change. */
  readonly band: Band;
  /** Score after the change. */
  readonly score: number;
}

/** Whole values that each factor can take. */
const ranges: Readonly<Record<FactorCode, readonly [number, number]>> = {
  'crisis-calls': [0, 60],
  'medication-adherence': [0, 100],
  'missed-appointments': [0, 60],
  'days-since-seen': [0, 365],
  'phq-9': [0, 27],
  'phq-9-item-9': [0, 3],
  'gad-7': [0, 21],
  'c-ssrs': [0, 6],
};

/**
 * The smallest change of one factor that lowers the band, and the smallest that raises it, the smaller of the two
 * first. Smallest means fewest points, then the order of the factors. Only factors with a value are changed; empty when
 * no single change moves the band.
 */
export function counterfactuals(facts: RiskFacts, cuts: BandCuts = standardCuts): Counterfactual[] {
  const now = scoreRisk(facts, cuts);
  const changes = factorCodes.flatMap((factor) => nearestChanges(factor, facts, now.band, cuts));
  const size = (change: Counterfactual): number => Math.abs(change.score - now.score);
  const best = (candidates: Counterfactual[]): Counterfactual[] =>
    candidates.sort((a, b) => size(a) - size(b)).slice(0, 1);
  const lower = best(changes.filter((change) => change.score < now.score));
  const higher = best(changes.filter((change) => change.score > now.score));
  return [...lower, ...higher].sort((a, b) => size(a) - size(b));
}

/** For one factor: the nearest value on each side at which the band is another. */
function nearestChanges(factor: FactorCode, facts: RiskFacts, band: Band, cuts: BandCuts): Counterfactual[] {
  const found = factorValue(factor, facts);
  if (!found) {
    return [];
  }
  const [least, most] = ranges[factor];
  return [-1, 1].flatMap((direction) => {
    const first = firstStep(found.value, direction);
    const steps = direction < 0 ? first - least : most - first;
    const at = (step: number): Counterfactual => {
      const to = first + direction * step;
      const after = scoreRisk(withFactor(facts, factor, to), cuts);
      return { factor, from: found.value, to, band: after.band, score: after.score };
    };
    const nearest = firstThat(steps, (step) => at(step).band !== band);
    return nearest === undefined ? [] : [at(nearest)];
  });
}

/** The smallest of 0…last that has a property which, once it holds, holds for all that follow: factors are monotone. */
function firstThat(last: number, holds: (step: number) => boolean): number | undefined {
  if (last < 0 || !holds(last)) {
    return undefined;
  }
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Nearest whole value beyond a value that may have decimals. */
function firstStep(value: number, direction: number): number {
  return direction < 0 ? Math.ceil(value) - 1 : Math.floor(value) + 1;
}

/** The facts with one known factor at another value. */
export function withFactor(facts: RiskFacts, factor: FactorCode, value: number): RiskFacts {
  const measured = (known: Measured | undefined): Measured | undefined => known && { ...known, value };
  const counted = (known: Counted): Counted => ({ ...known, value });
  switch (factor) {
    case 'crisis-calls':
      return { ...facts, crisisCalls: counted(facts.crisisCalls) };
    case 'medication-adherence':
      return { ...facts, medicationAdherence: measured(facts.medicationAdherence) };
    case 'missed-appointments':
      return { ...facts, missedAppointments: counted(facts.missedAppointments) };
    case 'days-since-seen':
      return { ...facts, daysSinceSeen: measured(facts.daysSinceSeen) };
    case 'phq-9':
      return { ...facts, phq9: measured(facts.phq9) };
    case 'phq-9-item-9':
      return { ...facts, phq9Item9: measured(facts.phq9Item9) };
    case 'gad-7':
      return { ...facts, gad7: measured(facts.gad7) };
    case 'c-ssrs':
      return { ...facts, cssrs: measured(facts.cssrs) };
  }
}
