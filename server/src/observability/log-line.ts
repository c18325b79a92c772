import { eventLevel, type Level } from './event-level.ts';
import type { ServerEvent } from './events.ts';

/** One event as a line of JSON: `time`, `level`, `type`, and the fields of the event. Control characters are escaped by JSON. */
export function jsonLine(event: ServerEvent, at: Date): string {
  return JSON.stringify({ time: at.toISOString(), level: eventLevel(event), ...event });
}

const colours: Record<Level, number> = { error: 31, warn: 33, info: 36, debug: 90 };

/** One event as a line for people: time of day, level, type, and `field=value`. */
export function prettyLine(event: ServerEvent, at: Date): string {
  const { type, ...fields } = event;
  const level = eventLevel(event);
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return `${at.toISOString().slice(11, 23)} \u001b[${colours[level]}m${level.padEnd(5)}\u001b[0m ${[type, ...pairs].join(' ')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'number') {
    return String(Math.round(value * 10) / 10);
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\s\p{Cc}"]/u.test(text) ? JSON.stringify(text) : text;
}
