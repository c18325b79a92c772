/** Calendar days in the clinic’s time zone. */
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, localDate, startOfDay } from './clock.ts';

const zone = 'America/New_York';
const iso = (ms: number | undefined): string => new Date(ms ?? Number.NaN).toISOString();

describe('clock', () => {
  it('starts days at local midnight, on both sides of a change of clocks', () => {
    expect(iso(startOfDay('2026-03-08', zone))).toBe('2026-03-08T05:00:00.000Z');
    expect(iso(startOfDay('2026-03-09', zone))).toBe('2026-03-09T04:00:00.000Z');
    expect(iso(startOfDay('2026-11-02', zone))).toBe('2026-11-02T05:00:00.000Z');
  });

  it('counts calendar days', () => {
    expect(localDate(new Date('2026-02-10T03:00:00Z'), zone)).toBe('2026-02-09');
    expect(daysBetween('2025-12-20', '2026-02-10')).toBe(52);
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});
