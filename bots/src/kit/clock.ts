/** Gives the instant "now". Passed in, so that every run can be repeated. */
export type Clock = () => Date;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) {
    return known;
  }
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}

interface WallTime {
  readonly date: string;
  /** The wall clock read as though it were UTC, in ms. */
  readonly asUtc: number;
}

function wallTime(instant: number, timeZone: string): WallTime {
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '00';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  return { date, asUtc: Date.parse(`${date}T${part('hour')}:${part('minute')}:${part('second')}Z`) };
}

/** Is this a time zone that this runtime knows, such as `America/New_York`? */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatter(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** The clinic's calendar day of an instant, as `YYYY-MM-DD`. */
export function localDate(instant: Date, timeZone: string): string {
  return wallTime(instant.getTime(), timeZone).date;
}

/** Instant (ms) at which a calendar day begins in a time zone; correct across daylight-saving changes. */
export function startOfDay(date: string, timeZone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  let guess = midnight;
  for (let i = 0; i < 2; i++) {
    guess += midnight - wallTime(guess, timeZone).asUtc;
  }
  return guess;
}

/** Calendar days from one `YYYY-MM-DD` to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The calendar day that lies a number of days after (or before) another. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
