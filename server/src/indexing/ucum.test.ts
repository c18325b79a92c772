import { describe, expect, test } from 'vitest';
import { canonicalUnit, toCanonical } from './ucum.ts';

// https://hl7.org/fhir/R4/search.html#quantity and https://ucum.org/ucum
const convert = (value: number, code: string): string => {
  const unit = canonicalUnit(code);
  return unit ? `${toCanonical(value, unit)} ${unit.dimension}` : 'none';
};

describe('canonicalUnit', () => {
  test.each([
    [1, 'kg', 1000, 'g'],
    [100, 'mg/dL', 1, 'g/L'],
    [120, 'mm[Hg]', 0.12, 'm[Hg]'],
    [37, 'Cel', 98.6, '[degF]'],
    [1, '[lb_av]', 453.59237, 'g'],
    [1, '10*3/uL', 1, '10*9/L'],
    [1, 'meq/L', 1, 'mmol/L'],
    [60, '/min', 1, 'Hz'],
    [1, 'kg/m2', 1000, 'g/m2'],
    [1, 'U/L', 1000, 'mU/L'],
    [50, '%', 500, '[ppth]'],
    [1, 'mL/min/{1.73_m2}', 1, 'mL/min'],
    [1, 'm', 100, 'cm'],
    [1, 'min', 60, 's'],
  ])('%d %s equals %d %s', (left, from, right, to) => {
    expect(convert(left, from)).toBe(convert(right, to));
    expect(convert(left, from)).not.toBe('none');
  });

  test.each(['{score}', '', 'foo', 'mg//dL', 'Cel/m', '[nope]', 'constructor'])('does not know %s', (code) => {
    expect(canonicalUnit(code)).toBeUndefined();
  });
});
