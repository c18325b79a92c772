/** Partial dates are intervals. @see https://hl7.org/fhir/R4/datatypes.html#dateTime */
import { describe, expect, it } from 'vitest';
import { fhirInterval } from './fhir-date.ts';

const zone = 'America/New_York';
const iso = (ms: number | undefined): string => new Date(ms ?? Number.NaN).toISOString();

describe('fhirInterval', () => {
  it.each([
    ['2026', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['2026-12', '2026-12-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['2026-02-10', '2026-02-10T05:00:00.000Z', '2026-02-11T05:00:00.000Z'],
    ['2026-02-10T12:00:00Z', '2026-02-10T12:00:00.000Z', '2026-02-10T12:00:00.001Z'],
    ['2026-02-10T12:00:00-05:00', '2026-02-10T17:00:00.000Z', '2026-02-10T17:00:00.001Z'],
  ])('reads %s', (text, start, end) => {
    const interval = fhirInterval(text, zone);
    expect([iso(interval?.start), iso(interval?.end)]).toEqual([start, end]);
  });

  it.each([undefined, '', 'yesterday', '2026-13', '2026-02-10T25:00:00Z'])('gives nothing for %s', (text) => {
    expect(fhirInterval(text, zone)).toBeUndefined();
  });
});
