/** A half-open interval in ms since 1970-01-01T00:00:00Z. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Bound of an interval without a start or an end; inside the range of Date and of exact numbers. */
export const FOREVER = 8.64e15;

/** Intervals up to this length are found by their start alone. */
export const SHORT_MS = 86_400_000;

const FORM = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * The interval that a FHIR date, dateTime or instant stands for: a year, a month, a day, a minute, a second or the
 * fraction that was written. Without an offset the time is taken as UTC. Undefined for anything else.
 * @see https://hl7.org/fhir/R4/search.html#date
 */
export function dateInterval(text: string): Interval | undefined {
  const match = FORM.exec(text);
  if (!match) {
    return undefined;
  }
  const [, y, mo, d, h, mi, s, fraction, zone] = match;
  const year = Number(y);
  const month = mo ? Number(mo) - 1 : 0;
  const day = d ? Number(d) : 1;
  if (month < 0 || month > 11 || day < 1 || day > daysIn(year, month)) {
    return undefined;
  }
  if (!d) {
    return { low: utc(year, month, 1), high: mo ? utc(year, month + 1, 1) : utc(year + 1, 0, 1) };
  }
  if (!h) {
    return { low: utc(year, month, day), high: utc(year, month, day + 1) };
  }
  const [hours, minutes, seconds] = [Number(h), Number(mi), Number(s ?? 0)];
  if (hours > 24 || minutes > 59 || seconds > 60 || (hours === 24 && (minutes > 0 || seconds > 0))) {
    return undefined;
  }
  const base = utc(year, month, day) + ((hours * 60 + minutes) * 60 + seconds) * 1000 - offset(zone);
  return withinSecond(base, s, fraction);
}

function withinSecond(base: number, seconds: string | undefined, fraction: string | undefined): Interval {
  if (!seconds) {
    return { low: base, high: base + 60_000 };
  }
  if (!fraction) {
    return { low: base, high: base + 1000 };
  }
  const low = base + Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
  return { low, high: low + (fraction.length === 1 ? 100 : fraction.length === 2 ? 10 : 1) };
}

function utc(year: number, month: number, day: number): number {
  const time = Date.UTC(2000, month, day);
  if (year >= 100) {
    return Date.UTC(year, month, day);
  }
  const date = new Date(time);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year < 100 ? year + 400 : year, month + 1, 0)).getUTCDate();
}

function offset(zone: string | undefined): number {
  if (!zone || zone === 'Z') {
    return 0;
  }
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
