import { afterEach, expect, it } from 'vitest';
import {
  calendarDay,
  clinicZone,
  dayNumber,
  endOfDay,
  fromWallTime,
  isCalendarDay,
  keepClinicTime,
  otherZoneWords,
  wallTime,
  wallTimeText,
} from './clinic-time.ts';

afterEach(() => keepClinicTime(undefined));

it('shows the clinic’s clock and calendar, whatever the device shows', () => {
  const instant = new Date('2026-02-10T03:30:00Z');
  keepClinicTime('America/New_York');
  expect(wallTime(instant)).toEqual({ year: 2026, month: 2, day: 9, hour: 22, minute: 30 });
  expect(calendarDay(instant)).toBe('2026-02-09');
  expect(calendarDay(instant, -40)).toBe('2025-12-31');
  keepClinicTime('Asia/Tokyo');
  expect(wallTimeText(instant)).toBe('2026-02-10T12:30');
  expect(dayNumber(instant) - dayNumber(new Date('2026-02-09T14:59:00Z'))).toBe(1);
});

it.each(['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'])(
  'finds the instant of a time on the clock of %s, on the days of changed clocks too',
  (zone) => {
    keepClinicTime(zone);
    for (let hour = 0; hour < 24 * 366; hour += 7) {
      const instant = new Date(Date.UTC(2026, 0, 1, hour));
      const text = wallTimeText(instant);
      expect(wallTimeText(fromWallTime(text) ?? new Date(0))).toBe(text);
    }
  },
);

it('ends the day at the clinic’s midnight, on a day of 23 hours too', () => {
  keepClinicTime('America/New_York');
  expect(endOfDay(new Date('2026-03-08T12:00:00Z')).toISOString()).toBe('2026-03-09T03:59:59.999Z');
  expect(endOfDay(new Date('2026-03-08T04:59:00Z')).toISOString()).toBe('2026-03-08T04:59:59.999Z');
});

it('keeps the time of the device for a zone that nobody knows', () => {
  keepClinicTime('Mars/Olympus');
  expect(clinicZone()).toBeUndefined();
  expect(otherZoneWords(new Date())).toBeUndefined();
});

it('tells a calendar day from an instant, and no time from a time', () => {
  expect(isCalendarDay('2026-02-10')).toBe(true);
  expect(isCalendarDay('2026')).toBe(true);
  expect(isCalendarDay('2026-02-10T00:00:00Z')).toBe(false);
  expect(fromWallTime('')).toBeUndefined();
});
