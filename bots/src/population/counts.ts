import { identifierSystem, observationCoding, riskBandCoding } from '@mindbridge/fhir-profiles';
import { BotError, deviceSearch, localDate, type ReadResult } from '../kit/index.ts';
import { populationEngine } from './engine.ts';

/** Bands in the order in which they are counted and shown. */
export const countedBands = ['critical', 'high', 'medium', 'low'] as const;

/** Patients by band; `high` includes `critical`. */
export type BandCounts = Readonly<Record<(typeof countedBands)[number], number>>;

/** One count per band, then today's report and the engine's Device, as one batch. No patient is read. */
export function countReads(now: Date, timeZone: string): string[] {
  const { system, code } = observationCoding.riskScore;
  const counts = countedBands.map((band) => {
    const value = `${riskBandCoding[band].system}|${band}`;
    return `Observation?${new URLSearchParams({ code: `${system}|${code}`, 'component-value-concept': value, _summary: 'count', _total: 'accurate' })}`;
  });
  const today = `${identifierSystem.riskBands}|${localDate(now, timeZone)}`;
  const report = `MeasureReport?${new URLSearchParams({ identifier: today, _count: '1' })}`;
  return [...counts, report, deviceSearch(populationEngine)];
}

/** Reads the counts; critical counts within high. Throws BotError when the server gave no total. */
export function bandCounts(results: readonly ReadResult[]): BandCounts {
  const total = (index: number): number => {
    const found = results[index]?.total;
    if (found === undefined) {
      throw new BotError('count-refused', `The server gave no count: ${results[index]?.status}.`, { retryable: true });
    }
    return found;
  };
  const [critical, high, medium, low] = [total(0), total(1), total(2), total(3)];
  return { critical, high: high + critical, medium, low };
}
