import { localDate } from '../kit/index.ts';
import { instrumentReadings } from './instruments.ts';
import { scoreOf } from './previous.ts';
import type { Reading } from './reading.ts';
import type { PatientRecord } from './reads.ts';
import { type DayValue, type Trend, type TrendTopic, trendOf } from './trend.ts';

/**
 * The trends of a patient up to the score of this run: of the score from the assessments before, of PHQ-9 and GAD-7 from
 * the chart. Days are those of the clinic.
 */
export function trendsTo(
  { earlier, chart }: Pick<PatientRecord, 'earlier' | 'chart'>,
  now: Date,
  timeZone: string,
): (score: number) => readonly Trend[] {
  const dayOf = (at: number): string => localDate(new Date(at), timeZone);
  const today = dayOf(now.getTime());
  const before = earlier.flatMap((assessment): DayValue[] => {
    const [value, at] = [scoreOf(assessment), Date.parse(assessment.occurrenceDateTime ?? '')];
    return value === undefined || Number.isNaN(at) ? [] : [{ day: dayOf(at), value }];
  });
  const { phq9, gad7 } = instrumentReadings(chart.observations, chart.responses, now.getTime(), timeZone);
  const ofReadings = (readings: readonly Reading[]): DayValue[] =>
    [...readings].sort((a, b) => b.at - a.at || b.value - a.value).map(({ at, value }) => ({ day: dayOf(at), value }));
  return (score) => {
    const values: readonly (readonly [TrendTopic, readonly DayValue[]])[] = [
      ['score', [{ day: today, value: score }, ...before]],
      ['phq-9', ofReadings(phq9)],
      ['gad-7', ofReadings(gad7)],
    ];
    return values.flatMap(([of, days]) => trendOf(of, days, today) ?? []);
  };
}
