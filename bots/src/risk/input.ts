import type { Appointment, Encounter, Observation, QuestionnaireResponse } from '@medplum/fhirtypes';
import { codeSystemUrl } from '@mindbridge/fhir-profiles';
import { daysBetween, hasCode, localDate } from '../kit/index.ts';
import { type Counted, type Measured, type RiskFacts, windowDays } from './facts.ts';
import { type InstrumentReadings, instrumentReadings } from './instruments.ts';
import { basisOf, isStated, latestInstant, latestReading, observedAt, type Reading } from './reading.ts';

/** What was read of one patient's chart, in any order. */
export interface RiskChart {
  readonly observations: readonly Observation[];
  readonly appointments: readonly Appointment[];
  readonly encounters: readonly Encounter[];
  readonly responses: readonly QuestionnaireResponse[];
}

const DAY = 86_400_000;

/**
 * Reads the facts out of a chart. Windows are counted in instants, "days since seen" in the clinic's calendar days.
 * Total: whatever element is missing, the fact is unknown and nothing is thrown.
 */
export function readFacts(chart: RiskChart, now: Date, timeZone: string): RiskFacts {
  const time = now.getTime();
  const instruments = instrumentReadings(chart.observations, chart.responses, time, timeZone);
  const measured = (readings: readonly Reading[], worse: 'high' | 'low'): Measured | undefined =>
    asMeasured(latestReading(readings, worse), time);
  return {
    asOf: now.toISOString(),
    crisisCalls: countCrisisCalls(chart.observations, time, timeZone),
    medicationAdherence: measured(adherenceReadings(chart.observations, time, timeZone), 'low'),
    missedAppointments: countMissed(chart.appointments, time, timeZone),
    daysSinceSeen: daysSinceSeen(chart, now, timeZone),
    phq9: measured(instruments.phq9, 'high'),
    phq9Item9: measured(instruments.phq9Item9, 'high'),
    gad7: measured(instruments.gad7, 'high'),
    cssrs: highestCssrs(instruments, time),
  };
}

function asMeasured(reading: Reading | undefined, now: number): Measured | undefined {
  return (
    reading && {
      value: reading.value,
      at: new Date(reading.at).toISOString(),
      stale: now - reading.at > windowDays.measurement * DAY,
      basis: [reading.basis],
    }
  );
}

function within(at: number | undefined, days: number, now: number): boolean {
  return at !== undefined && now - at <= days * DAY;
}

function countCrisisCalls(observations: readonly Observation[], now: number, timeZone: string): Counted {
  const calls = observations.filter(
    (each) =>
      isStated(each) &&
      hasCode(each.code, codeSystemUrl.observation, 'crisis-call') &&
      within(observedAt(each, now, timeZone), windowDays.crisisCalls, now),
  );
  return { value: calls.reduce((sum, each) => sum + callCount(each), 0), basis: calls.map(basisOf).sort() };
}

/** One call per Observation, unless it says how many. */
function callCount(observation: Observation): number {
  const count = observation.valueInteger ?? observation.valueQuantity?.value ?? 1;
  return Number.isFinite(count) ? Math.max(0, Math.trunc(count)) : 1;
}

function adherenceReadings(observations: readonly Observation[], now: number, timeZone: string): Reading[] {
  return observations.flatMap((each) => {
    const at = observedAt(each, now, timeZone);
    const value = percentOf(each);
    const counts = isStated(each) && hasCode(each.code, codeSystemUrl.observation, 'medication-adherence');
    return counts && at !== undefined && value !== undefined ? [{ value, at, basis: basisOf(each) }] : [];
  });
}

/** Adherence in %, from UCUM `%` or the plain ratio `1`; a value below 0 or in another unit is unknown, above 100 it is 100. */
function percentOf(observation: Observation): number | undefined {
  const { value, code, unit } = observation.valueQuantity ?? {};
  const scale = { '%': 1, '1': 100 }[code ?? unit ?? ''];
  if (value === undefined || scale === undefined || value < 0) {
    return undefined;
  }
  return Math.min(100, value * scale);
}

function countMissed(appointments: readonly Appointment[], now: number, timeZone: string): Counted {
  const missed = appointments.filter(
    (each) =>
      each.status === 'noshow' && within(latestInstant(each.start, now, timeZone), windowDays.missedAppointments, now),
  );
  return { value: missed.length, basis: missed.map(basisOf).sort() };
}

function daysSinceSeen(chart: RiskChart, now: Date, timeZone: string): Measured | undefined {
  const time = now.getTime();
  const seen: Reading[] = [
    ...chart.encounters
      .filter((each) => each.status === 'finished')
      .map((each) => ({ each, text: each.period?.end ?? each.period?.start })),
    ...chart.appointments
      .filter((each) => each.status === 'fulfilled')
      .map((each) => ({ each, text: each.end ?? each.start })),
  ].flatMap(({ each, text }) => {
    const at = latestInstant(text, time, timeZone);
    return at === undefined ? [] : [{ value: 0, at, basis: basisOf(each) }];
  });
  const last = latestReading(seen, 'high');
  if (!last) {
    return undefined;
  }
  const value = Math.max(0, daysBetween(localDate(new Date(last.at), timeZone), localDate(now, timeZone)));
  return { value, at: new Date(last.at).toISOString(), stale: false, basis: [last.basis] };
}

/** Highest item whose latest answer is yes; 0 when answers are known and none is yes. */
function highestCssrs(instruments: InstrumentReadings, now: number): Measured | undefined {
  const latest = instruments.cssrsItems.map((readings) => latestReading(readings, 'high'));
  const known = latest.filter((reading) => reading !== undefined);
  const highest = latest.findLastIndex((reading) => (reading?.value ?? 0) > 0);
  const reading = highest >= 0 ? latest[highest] : latestReading(known, 'high');
  return asMeasured(reading && { ...reading, value: highest + 1 }, now);
}
