/** Vital signs out of Observations, units included. @see https://hl7.org/fhir/R4/observation-vitalsigns.html */
import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { readVitals } from './input.ts';

const now = new Date('2026-02-10T12:00:00Z');

function vital(code: string, value: number, unit: string, at = '2026-02-10T10:00:00Z'): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    effectiveDateTime: at,
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
  };
}

const read = (...observations: Observation[]) => readVitals(observations, now, 'UTC');

describe('readVitals', () => {
  it('reads Fahrenheit as Celsius and kilopascal as mmHg', () => {
    expect(read(vital('8310-5', 100.4, '[degF]')).temperature?.value).toBeCloseTo(38, 5);
    expect(read(vital('8480-6', 16, 'kPa')).systolicPressure?.value).toBeCloseTo(120, 0);
  });

  it('leaves a foreign unit missing instead of misreading it', () => {
    expect(read(vital('8310-5', 310, 'K')).temperature).toBeUndefined();
    expect(read(vital('2708-6', 0.97, '1')).oxygenSaturation).toBeUndefined();
  });

  it('reads the systolic pressure inside a blood pressure panel', () => {
    const panel: Observation = { ...vital('85354-9', 0, 'mm[Hg]'), valueQuantity: undefined };
    const component = [
      {
        code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
        valueQuantity: { value: 105, code: 'mm[Hg]' },
      },
    ];
    expect(read({ ...panel, component }).systolicPressure).toEqual({ value: 105, stale: false });
  });

  it('takes the latest, and marks what is older than a day', () => {
    const readings = [
      vital('8867-4', 80, '/min', '2026-02-08T10:00:00Z'),
      vital('8867-4', 90, '/min', '2026-02-09T11:00:00Z'),
    ];
    expect(read(...readings).pulse).toEqual({ value: 90, stale: true });
    expect(read(...readings.toReversed()).pulse).toEqual({ value: 90, stale: true });
  });

  it('leaves out what was entered in error, lies in the future or is empty', () => {
    expect(read({ ...vital('8867-4', 150, '/min'), status: 'entered-in-error' }).pulse).toBeUndefined();
    expect(read(vital('8867-4', 150, '/min', '2026-02-11T10:00:00Z')).pulse).toBeUndefined();
    expect(read({ resourceType: 'Observation', status: 'final', code: {} })).toEqual(read());
  });
});
