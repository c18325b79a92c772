/** A calendar day of the clinic, `YYYY-MM-DD`, with its time zone: what every date of the demo is relative to. */
export interface ClinicDay {
  readonly day: string;
  readonly timeZone: string;
}

const DAY = 86_400_000;

/** The calendar day at an instant in a time zone. */
export function clinicDay(now: Date, timeZone: string): ClinicDay {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now);
  return { day, timeZone };
}

/** The calendar day `days` before (negative: after), `YYYY-MM-DD`. */
export function daysAgo({ day }: ClinicDay, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY).toISOString().slice(0, 10);
}

/** The nearest number of days, not smaller, whose day is no Saturday and no Sunday. */
export function workdayAgo(clinic: ClinicDay, days: number): number {
  const weekday = new Date(`${daysAgo(clinic, days)}T00:00:00Z`).getUTCDay();
  return days + (weekday === 0 ? 2 : weekday === 6 ? 1 : 0);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Building a formatter costs more than using it a thousand times. */
function wallClock(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) {
    return known;
  }
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...numeric, second: 'numeric' });
  formatters.set(timeZone, made);
  return made;
}

function offsetOf(instant: number, timeZone: string): number {
  const parts = wallClock(timeZone).formatToParts(new Date(instant));
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(instant / 1000) * 1000;
}

/** The instant (ISO 8601, UTC) of a wall-clock time at the clinic, `minutes` after midnight, `days` before the day. */
export function clinicInstant(clinic: ClinicDay, days: number, minutes: number): string {
  const wall = Date.parse(`${daysAgo(clinic, days)}T00:00:00Z`) + minutes * 60_000;
  const guess = wall - offsetOf(wall, clinic.timeZone);
  return new Date(wall - offsetOf(guess, clinic.timeZone)).toISOString();
}
