// Pages: https://hl7.org/fhir/R4/datatypes.html#dateTime
import { describe, expect, it } from 'vitest';
import { type ClinicDay, clinicDay, clinicInstant, daysAgo, workdayAgo } from './clinic-day.ts';

const clinic = (day: string, timeZone = 'America/New_York'): ClinicDay => ({ day, timeZone });

describe('the clinic day', () => {
  it('is the day on the clinic’s wall, not the one in UTC', () => {
    const night = new Date('2026-11-25T03:30:00Z');
    expect(clinicDay(night, 'America/New_York').day).toBe('2026-11-24');
    expect(clinicDay(night, 'UTC').day).toBe('2026-11-25');
  });

  it('counts back over the end of February and into the future', () => {
    expect(daysAgo(clinic('2028-03-01'), 1)).toBe('2028-02-29');
    expect(daysAgo(clinic('2026-12-31'), -1)).toBe('2027-01-01');
  });

  it('gives wall-clock times in summer and in winter', () => {
    expect(clinicInstant(clinic('2026-07-01'), 0, 9 * 60)).toBe('2026-07-01T13:00:00.000Z');
    expect(clinicInstant(clinic('2026-12-01'), 0, 9 * 60)).toBe('2026-12-01T14:00:00.000Z');
  });

  it('gives the right time on both days on which the clocks change', () => {
    expect(clinicInstant(clinic('2026-03-08'), 0, 9 * 60)).toBe('2026-03-08T13:00:00.000Z');
    expect(clinicInstant(clinic('2026-11-01'), 0, 9 * 60)).toBe('2026-11-01T14:00:00.000Z');
  });

  it.each([
    ['2026-11-24', 2, 4],
    ['2026-11-24', 3, 4],
    ['2026-11-24', 4, 4],
    ['2026-11-24', 0, 0],
  ])('%s: the workday %i days ago or before is %i days ago', (day, days, expected) => {
    expect(workdayAgo(clinic(day), days)).toBe(expected);
  });
});
