import type { Bot, Timing } from '@medplum/fhirtypes';

const FIELDS = [
  { name: 'minute', first: 0, last: 59 },
  { name: 'hour', first: 0, last: 23 },
  { name: 'day of month', first: 1, last: 31 },
  { name: 'month', first: 1, last: 12 },
  { name: 'day of week', first: 0, last: 7 },
] as const;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes at which something is due, in UTC. */
export interface CronSchedule {
  isDue(minute: Date): boolean;
}

/** When a Bot is to run by itself: by its `cronTiming`, else by its `cronString`; undefined when it says neither, or what is not understood. */
export function scheduleOf({
  cronTiming,
  cronString,
}: Pick<Bot, 'cronTiming' | 'cronString'>): CronSchedule | undefined {
  const text = (cronTiming && cronOfTiming(cronTiming)) ?? cronString;
  return text === undefined ? undefined : parseCron(text);
}

/** Reads a crontab line of five fields, such as `0 6 * * mon-fri`; undefined when it is none. @see https://man7.org/linux/man-pages/man5/crontab.5.html */
export function parseCron(text: string): CronSchedule | undefined {
  const parts = text.trim().toLowerCase().split(/\s+/);
  const sets = FIELDS.map((field, i) => parseField(parts[i] ?? '', field.first, field.last, names(i)));
  const [minutes, hours, days, months, weekdays] = sets;
  if (parts.length !== 5 || !minutes || !hours || !days || !months || !weekdays) {
    return undefined;
  }
  const anyDay = parts[2]?.startsWith('*');
  const anyWeekday = parts[4]?.startsWith('*');
  return {
    isDue(at) {
      const weekday = weekdays.has(at.getUTCDay()) || (at.getUTCDay() === 0 && weekdays.has(7));
      const day = days.has(at.getUTCDate());
      const fits = anyDay || anyWeekday ? day && weekday : day || weekday;
      return fits && minutes.has(at.getUTCMinutes()) && hours.has(at.getUTCHours()) && months.has(at.getUTCMonth() + 1);
    },
  };
}

function names(field: number): readonly string[] {
  return field === 4 ? DAYS : field === 3 ? ['', ...MONTHS] : [];
}

function parseField(text: string, first: number, last: number, words: readonly string[]): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) {
      return undefined;
    }
    const [, from = '', to, step] = match;
    const start = from === '*' ? first : numberOf(from, words);
    const end = to !== undefined ? numberOf(to, words) : from === '*' || step !== undefined ? last : start;
    const by = Number(step ?? 1);
    if (!(start >= first && end <= last && start <= end && by >= 1)) {
      return undefined;
    }
    for (let value = start; value <= end; value += by) {
      values.add(value);
    }
  }
  return values;
}

function numberOf(text: string, words: readonly string[]): number {
  const word = words.indexOf(text);
  return word >= 0 && text !== '' ? word : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** The crontab line of a Timing: `timeOfDay`, a period in minutes, hours or days, or midnight of each `dayOfWeek`; undefined when it says less. */
export function cronOfTiming(timing: Timing): string | undefined {
  const repeat = timing.repeat;
  const weekdays = repeat?.dayOfWeek?.join(',') ?? '*';
  const [hour, minute] = repeat?.timeOfDay?.[0]?.split(':') ?? [];
  if (hour !== undefined && minute !== undefined) {
    const hours = (repeat?.timeOfDay ?? []).map((time) => Number(time.split(':')[0])).join(',');
    return `${Number(minute)} ${hours} * * ${weekdays}`;
  }
  const period = repeat?.period;
  if (period === undefined && repeat?.dayOfWeek !== undefined) {
    return `0 0 * * ${weekdays}`;
  }
  if (period === undefined || !Number.isInteger(period) || period < 1) {
    return undefined;
  }
  switch (repeat?.periodUnit) {
    case 'min':
      return period < 60 ? `*/${period} * * * ${weekdays}` : undefined;
    case 'h':
      return period < 24 ? `0 */${period} * * ${weekdays}` : undefined;
    case 'd':
      return `0 0 */${period} * ${weekdays}`;
    default:
      return undefined;
  }
}
