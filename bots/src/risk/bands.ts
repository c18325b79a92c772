import { bandThreshold } from '@mindbridge/fhir-profiles';

/** Band of a score; critical is the top of high and counts within it. */
export type Band = (typeof bands)[number];

/** The bands, the lowest first. */
export const bands = ['low', 'medium', 'high', 'critical'] as const;

/** The lowest score of each band above low. */
export type BandCuts = Readonly<Record<Exclude<Band, 'low'>, number>>;

/** The cuts that hold unless a clinic's supervisors set others. */
export const standardCuts: BandCuts = bandThreshold;

/** The highest score at which a clinic may let a band begin. */
const latestCuts: BandCuts = { medium: 50, high: 80, critical: 95 };

/** Band of a score. */
export function bandOf(score: number, cuts: BandCuts = standardCuts): Band {
  if (score >= cuts.critical) {
    return 'critical';
  }
  return score >= cuts.high ? 'high' : score >= cuts.medium ? 'medium' : 'low';
}

/** May a clinic set these cuts? They are whole, in order, and no band begins later than the floor lets it. */
export function areSound(cuts: BandCuts): boolean {
  const { medium, high, critical } = cuts;
  const isWhole = [medium, high, critical].every((cut) => Number.isInteger(cut) && cut >= 1);
  const isInTime = medium <= latestCuts.medium && high <= latestCuts.high && critical <= latestCuts.critical;
  return isWhole && isInTime && medium < high && high < critical;
}
