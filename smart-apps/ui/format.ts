/** Numbers and times as a clinician says them, in the clinic's time. Every function takes what may be missing and says a dash then. */
import { clinicZone, dayNumber, isCalendarDay, wallTime } from '../client/index.ts';

const NONE = '–';

/** A moment, and the zone in which it is read: a day of the calendar is the same everywhere. */
interface Moment {
  readonly date: Date;
  readonly timeZone: string | undefined;
}

function momentOf(instant: string | Date | undefined): Moment | undefined {
  const isDay = typeof instant === 'string' && isCalendarDay(instant);
  const date = instant ? new Date(instant) : undefined;
  return date && !Number.isNaN(date.getTime()) ? { date, timeZone: isDay ? 'UTC' : clinicZone() } : undefined;
}

function daysSince({ date, timeZone }: Moment, now: Date): number {
  const day = timeZone === 'UTC' ? Math.floor(date.getTime() / 86_400_000) : dayNumber(date);
  return dayNumber(now) - day;
}

/** "today", "yesterday", "52 days ago". */
export function daysAgo(days: number | undefined): string {
  if (days === undefined || Number.isNaN(days)) {
    return NONE;
  }
  const whole = Math.round(days);
  if (whole <= 0) {
    return 'today';
  }
  return whole === 1 ? 'yesterday' : `${whole} days ago`;
}

/** How long ago a day or instant is: "52 days ago". */
export function daysAgoOf(instant: string | undefined, now: Date): string {
  const moment = momentOf(instant);
  return moment ? daysAgo(daysSince(moment, now)) : NONE;
}

/** "20 Dec 2025". */
export function shortDate(instant: string | Date | undefined): string {
  const moment = momentOf(instant);
  const look = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  return moment?.date.toLocaleDateString('en-GB', { ...look, timeZone: moment.timeZone }) ?? NONE;
}

/** "20 Dec". */
export function dayAndMonth(instant: string | undefined): string {
  const moment = momentOf(instant);
  const look = { day: 'numeric', month: 'short' } as const;
  return moment?.date.toLocaleDateString('en-GB', { ...look, timeZone: moment.timeZone }) ?? NONE;
}

/** "Tuesday, 10 February 2026". */
export function longDate(now: Date): string {
  const look = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  return now.toLocaleDateString('en-GB', { ...look, timeZone: clinicZone() });
}

/** "2:00 pm". */
export function clockTime(instant: string | Date | undefined): string {
  const moment = momentOf(instant);
  const look = { hour: 'numeric', minute: '2-digit' } as const;
  return (
    moment?.date
      .toLocaleTimeString('en-US', { ...look, timeZone: moment.timeZone })
      .toLowerCase()
      .replaceAll(/\s/g, '\u00a0') ?? NONE
  );
}

/** "today at 2:00 pm", "tomorrow at 9:15 am", "12 Feb 2026 at 2:00 pm". */
export function dayAndTime(instant: string | undefined, now: Date): string {
  const moment = momentOf(instant);
  if (!moment) {
    return NONE;
  }
  const days = daysSince(moment, now);
  const day = days === 0 ? 'today' : days === 1 ? 'yesterday' : days === -1 ? 'tomorrow' : shortDate(instant);
  return `${day} at ${clockTime(instant)}`;
}

/** "12 Feb 2026 at 2:00 pm": for what is read on another day too, as on paper. */
export function dateAndTime(instant: string | undefined): string {
  return momentOf(instant) ? `${shortDate(instant)} at ${clockTime(instant)}` : NONE;
}

/** "just now", "4 min ago", "3 h ago", then the day. */
export function timeAgo(instant: string | undefined, now: Date): string {
  const moment = momentOf(instant);
  if (!moment) {
    return NONE;
  }
  const minutes = Math.floor((now.getTime() - moment.date.getTime()) / 60_000);
  if (minutes < 1) {
    return 'just now';
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  if (minutes < 12 * 60) {
    return `${Math.floor(minutes / 60)} h ago`;
  }
  return daysAgo(daysSince(moment, now));
}

/** When work is due: "overdue since yesterday", "due today at 5:00 pm", "due tomorrow at 9:15 am". */
export function dueText(due: string | undefined, now: Date): string {
  const moment = momentOf(due);
  if (!moment) {
    return 'no due time';
  }
  return moment.date.getTime() < now.getTime()
    ? `overdue since ${dayAndTime(due, now)}`
    : `due ${dayAndTime(due, now)}`;
}

/** Age in whole years at `now`, or undefined. A partial birth date counts from its start. */
export function ageOf(birthDate: string | undefined, now: Date): number | undefined {
  const [year, month = 1, day = 1] = (birthDate ?? '').split('-').map(Number);
  if (!year || Number.isNaN(year)) {
    return undefined;
  }
  const today = wallTime(now);
  const hadBirthday = today.month > month || (today.month === month && today.day >= day);
  return today.year - year - (hadBirthday ? 0 : 1);
}

/** "47 y · male"; parts that are missing are left out. */
export function ageAndGender(birthDate: string | undefined, gender: string | undefined, now: Date): string {
  const age = ageOf(birthDate, now);
  return [age === undefined ? undefined : `${age} y`, gender && gender !== 'unknown' ? gender : undefined]
    .filter(Boolean)
    .join(' · ');
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** One factor with its value as it is said: "6 crisis calls in 30 days", "25 % adherence", "last seen 52 days ago". */
export function factorPhrase(code: string, value: number | undefined, label: string): string {
  if (value === undefined) {
    return label;
  }
  const number = rounded(value);
  switch (code) {
    case 'crisis-calls':
      return `${plural(number, 'crisis call', 'crisis calls')} in 30 days`;
    case 'medication-adherence':
      return `${number}\u00a0% adherence`;
    case 'missed-appointments':
      return `${plural(number, 'missed appointment', 'missed appointments')} in 90 days`;
    case 'days-since-seen':
      return `last seen ${daysAgo(number)}`;
    case 'phq-9':
      return `PHQ-9 total ${number} of 27`;
    case 'phq-9-item-9':
      return `PHQ-9 item 9: ${number} of 3`;
    case 'gad-7':
      return `GAD-7 total ${number} of 21`;
    default:
      return `${label}: ${number}`;
  }
}

/** The same, as short as a list needs it: "6 crisis calls". */
export function shortFactorPhrase(code: string, value: number | undefined, label: string): string {
  return factorPhrase(code, value, label)
    .replace(/ in \d+ days$/, '')
    .replaceAll(' ', '\u00a0')
    .replaceAll('-', '\u2011');
}

/** Value of a factor alone, with its unit: "25 %", "52 days", "6 calls". */
export function factorValue(code: string, value: number | undefined, unit: string | undefined): string {
  if (value === undefined) {
    return 'not known';
  }
  const number = rounded(value);
  switch (code) {
    case 'crisis-calls':
      return plural(number, 'call', 'calls');
    case 'medication-adherence':
      return `${number}\u00a0%`;
    case 'missed-appointments':
      return `${number} missed`;
    case 'days-since-seen':
      return plural(number, 'day', 'days');
    default:
      return [number, unit && !unit.startsWith('{') ? unit : ''].join(' ').trim();
  }
}

/** Points with a sign: "+32", "−4.5", "0". */
export function pointsText(points: number): string {
  const value = rounded(points);
  return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${Math.abs(value)}`;
}

/** "Good morning", "Good afternoon" or "Good evening". */
export function greeting(now: Date): string {
  const { hour } = wallTime(now);
  return hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
}

/** "case-manager" → "Case manager". */
export function roleWords(role: string): string {
  const words = role.replaceAll('-', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A record in words a person can compare: "Observation 7f3a…", "Bot 2eb5… version 3"; its whole id is for machines. */
export function recordWords(reference: string): string {
  const [type = '', id = '', , version] = reference.split('/');
  const start = id.length > 12 ? `${id.slice(0, 4)}…` : id;
  return [type, start, version && version !== '1' ? `version ${version}` : ''].filter(Boolean).join(' ');
}
