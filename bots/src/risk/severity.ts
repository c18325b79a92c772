import type { FactorCode } from './facts.ts';

/** Lower edges with their names, the highest first. */
type Severities = readonly (readonly [number, string])[];

/**
 * Published cut-offs of the instruments.
 * @see https://doi.org/10.1046/j.1525-1497.2001.016009606.x (PHQ-9)
 * @see https://doi.org/10.1001/archinte.166.10.1092 (GAD-7)
 * @see https://cssrs.columbia.edu/the-columbia-scale-c-ssrs/triage/ (C-SSRS screener, by its highest positive item)
 */
const severities: Readonly<Partial<Record<FactorCode, Severities>>> = {
  'phq-9': [
    [20, 'severe'],
    [15, 'moderately severe'],
    [10, 'moderate'],
    [5, 'mild'],
    [0, 'minimal'],
  ],
  'gad-7': [
    [15, 'severe'],
    [10, 'moderate'],
    [5, 'mild'],
    [0, 'minimal'],
  ],
  'c-ssrs': [
    [4, 'high risk'],
    [3, 'moderate risk'],
    [1, 'low risk'],
    [0, 'all answers no'],
  ],
};

/** What the publication of an instrument calls a result; undefined for factors that are no instrument. */
export function severityOf(factor: string, value: number): string | undefined {
  const found = Object.entries(severities).find(([code]) => code === factor)?.[1];
  return found?.find(([from]) => value >= from)?.[1];
}
