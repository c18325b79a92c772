import { addDays, startOfDay } from './clock.ts';

/** What a FHIR date or dateTime means: every instant from `start` up to, not including, `end` (ms). */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

const PATTERN = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/**
 * Reads a FHIR date, dateTime or instant as an interval: a year, a month and a day are as long as they are in the
 * clinic's time zone. Undefined for anything else.
 * @see https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export function fhirInterval(text: string | undefined, timeZone: string): Interval | undefined {
  const match = text ? PATTERN.exec(text) : null;
  if (!match) {
    return undefined;
  }
  const [, year = '', month, day, time, offset] = match;
  const interval = time
    ? instantInterval(`${year}-${month}-${day}`, time, offset, timeZone)
    : calendarInterval(year, month, day, timeZone);
  return Number.isNaN(interval.start) || Number.isNaN(interval.end) ? undefined : interval;
}

function instantInterval(date: string, time: string, offset: string | undefined, timeZone: string): Interval {
  const start = offset
    ? Date.parse(`${date}T${time}${offset}`)
    : startOfDay(date, timeZone) + (Date.parse(`${date}T${time}Z`) - Date.parse(`${date}T00:00:00Z`));
  return { start, end: start + 1 };
}

function calendarInterval(
  year: string,
  month: string | undefined,
  day: string | undefined,
  timeZone: string,
): Interval {
  const first = `${year}-${month ?? '01'}-${day ?? '01'}`;
  if (Number.isNaN(Date.parse(`${first}T00:00:00Z`))) {
    return { start: Number.NaN, end: Number.NaN };
  }
  const next = day ? addDays(first, 1) : month ? firstOfNextMonth(year, month) : `${Number(year) + 1}-01-01`;
  return { start: startOfDay(first, timeZone), end: startOfDay(next, timeZone) };
}

function firstOfNextMonth(year: string, month: string): string {
  return addDays(`${year}-${month}-28`, 4).slice(0, 8).concat('01');
}
