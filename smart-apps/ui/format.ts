/** Numbers and times as a clinician says them. Every function takes what may be missing and says a dash then. */

const DAY_MS = 86_400_000;
const NONE = '–';

function valid(instant: string | undefined): Date | undefined {
  const date = instant ? new Date(instant.length === 10 ? `${instant}T12:00:00` : instant) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole calendar days from `then` to `now`; negative when it lies ahead. */
export function daysBetween(then: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(then)) / DAY_MS);
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
  const date = valid(instant);
  return date ? daysAgo(daysBetween(date, now)) : NONE;
}

/** "20 Dec 2025". */
export function shortDate(instant: string | Date | undefined): string {
  const date = instant instanceof Date ? instant : valid(instant);
  return date ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }) : NONE;
}

/** "20 Dec". */
export function dayAndMonth(instant: string | undefined): string {
  return valid(instant)?.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) ?? NONE;
}

/** "2:00 pm". */
export function clockTime(instant: string | Date | undefined): string {
  const date = instant instanceof Date ? instant : valid(instant);
  return date
    ? date.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' }).toLowerCase().replaceAll('\u202f', ' ')
    : NONE;
}

/** "today at 2:00 pm", "tomorrow at 9:15 am", "12 Feb 2026 at 2:00 pm". */
export function dayAndTime(instant: string | undefined, now: Date): string {
  const date = valid(instant);
  if (!date) {
    return NONE;
  }
  const days = daysBetween(date, now);
  const day = days === 0 ? 'today' : days === 1 ? 'yesterday' : days === -1 ? 'tomorrow' : shortDate(date);
  return `${day} at ${clockTime(date)}`;
}

/** "just now", "4 min ago", "3 h ago", then the day. */
export function timeAgo(instant: string | undefined, now: Date): string {
  const date = valid(instant);
  if (!date) {
    return NONE;
  }
  const minutes = Math.floor((now.getTime() - date.getTime()) / 60_000);
  if (minutes < 1) {
    return 'just now';
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  if (minutes < 12 * 60) {
    return `${Math.floor(minutes / 60)} h ago`;
  }
  const days = daysBetween(date, now);
  return days === 0 ? 'today' : daysAgo(days);
}

/** When work is due: "overdue since yesterday", "due today at 5:00 pm", "due tomorrow at 9:15 am". */
export function dueText(due: string | undefined, now: Date): string {
  const date = valid(due);
  if (!date) {
    return 'no due time';
  }
  return date.getTime() < now.getTime() ? `overdue since ${dayAndTime(due, now)}` : `due ${dayAndTime(due, now)}`;
}

/** Age in whole years at `now`, or undefined. A partial birth date counts from its start. */
export function ageOf(birthDate: string | undefined, now: Date): number | undefined {
  const [year, month = 1, day = 1] = (birthDate ?? '').split('-').map(Number);
  if (!year || Number.isNaN(year)) {
    return undefined;
  }
  const hadBirthday = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (hadBirthday ? 0 : 1);
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
    .replaceAll(' ', '\u00a0');
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
  const hour = now.getHours();
  return hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
}

/** Value for an `<input type="datetime-local">`, in local time. */
export function localInput(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "case-manager" → "Case manager". */
export function roleWords(role: string): string {
  const words = role.replaceAll('-', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
