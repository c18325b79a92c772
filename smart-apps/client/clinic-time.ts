/** A time as the clinic's clock and calendar show it. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const DAY_MS = 86_400_000;
const CALENDAR_DAY = /^\d{4}(?:-\d{2}){0,2}$/;

/** A page belongs to one clinic: its time zone is set once, when the session is opened. */
let zone: string | undefined;
let parts = formatter(undefined);

function formatter(timeZone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
}

/** Keeps the clinic's time from now on; without a zone, or with one that is not known here, the time of this device. */
export function keepClinicTime(timeZone: string | undefined): void {
  try {
    parts = formatter(timeZone);
    zone = timeZone;
  } catch {
    parts = formatter(undefined);
    zone = undefined;
  }
}

/** The clinic's time zone, such as `America/New_York`; undefined where the time of this device counts. */
export function clinicZone(): string | undefined {
  return zone;
}

/** The clinic's time zone in words ("New York"), where this device keeps another time at that moment; else undefined. */
export function otherZoneWords(now: Date): string | undefined {
  const here = formatter(undefined).format(now);
  return zone && parts.format(now) !== here ? zone.split('/').at(-1)?.replaceAll('_', ' ') : undefined;
}

/** True for a FHIR date: a day of the calendar, which is the same in every time zone. */
export function isCalendarDay(text: string): boolean {
  return CALENDAR_DAY.test(text);
}

/** What the clinic's clock and calendar show at an instant. */
export function wallTime(at: Date): WallTime {
  const shown = new Map(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: 'year' | 'month' | 'day' | 'hour' | 'minute'): number => shown.get(type) ?? 0;
  return { year: of('year'), month: of('month'), day: of('day'), hour: of('hour'), minute: of('minute') };
}

/** Number of the clinic's calendar day, for counting days across changes of clocks. */
export function dayNumber(at: Date): number {
  const { year, month, day } = wallTime(at);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** The calendar day (`YYYY-MM-DD`) that lies `days` after the clinic's day of an instant. */
export function calendarDay(at: Date, days = 0): string {
  return new Date((dayNumber(at) + days) * DAY_MS).toISOString().slice(0, 10);
}

/** The instant at which the clinic's clock shows `YYYY-MM-DDTHH:mm`; undefined for what is no time. */
export function fromWallTime(text: string): Date | undefined {
  const wanted = Date.parse(`${text.slice(0, 16)}Z`);
  if (Number.isNaN(wanted)) {
    return undefined;
  }
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const { year, month, day, hour, minute } = wallTime(new Date(guess));
    guess += wanted - Date.UTC(year, month - 1, day, hour, minute);
  }
  return new Date(guess);
}

/** The same the other way round: `YYYY-MM-DDTHH:mm`, as `<input type="datetime-local">` wants it. */
export function wallTimeText(at: Date): string {
  const { hour, minute } = wallTime(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${calendarDay(at)}T${two(hour)}:${two(minute)}`;
}

/** The last instant of the clinic's day. */
export function endOfDay(at: Date): Date {
  const midnight = fromWallTime(`${calendarDay(at, 1)}T00:00`);
  return new Date((midnight?.getTime() ?? at.getTime()) - 1);
}
