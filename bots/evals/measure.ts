/** One line of the table. */
export interface Measure {
  /** Such as `A1`. */
  readonly id: string;
  readonly name: string;
  readonly value: number;
  /** How the value is shown: a share in percent, or milliseconds. */
  readonly unit: '%' | 'ms' | 'points' | '';
  readonly floor: number;
  readonly goal: number;
  /** Is a high value good, or a low one? */
  readonly better: 'high' | 'low';
  /** Items measured. */
  readonly n: number;
}

/** Result of one item, for the JSON file. */
export interface ItemResult {
  readonly measure: string;
  readonly id: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** What a group of measures gives; undefined data means that the folder does not hold it. */
export interface Evaluation {
  readonly measures: readonly Measure[];
  readonly items: readonly ItemResult[];
}

/** Where a value stands. */
export function standing(measure: Measure): 'goal' | 'floor' | 'below' {
  const reaches = (bar: number): boolean => (measure.better === 'high' ? measure.value >= bar : measure.value <= bar);
  return reaches(measure.goal) ? 'goal' : reaches(measure.floor) ? 'floor' : 'below';
}

/** Share in percent; 0 of 0 is 0. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

/** Value below which a share of the sorted values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Result of some work, and the processor time in ms that it took: whatever else the machine does at the same time. */
export function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}
