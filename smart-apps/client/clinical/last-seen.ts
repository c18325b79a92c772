import { calendarDay } from '../clinic-time.ts';

/** The clinic's calendar day (`YYYY-MM-DD`) that lies `days` before the instant `at`; undefined when either is missing. */
export function lastSeenDay(at: string | undefined, days: number | undefined): string | undefined {
  const date = at ? new Date(at) : undefined;
  return date && !Number.isNaN(date.getTime()) && days !== undefined ? calendarDay(date, -Math.round(days)) : undefined;
}
