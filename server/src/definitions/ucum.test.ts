// The Unified Code for Units of Measure: https://ucum.org/ucum
import { describe, expect, test } from 'vitest';
import { isUcumCode } from './ucum.ts';

describe('isUcumCode', () => {
  test.each(
    '1 % kg mm[Hg] mg/dL /min {score} 10*3/uL 10*-6 mmol/L kg/m2 [in_i] [lb_av] Cel [degF] h d wk mo a {beats}/min mL/min/{1.73_m2} (8.h) ng/(kg.min) [iU]/L k[IU]/L meq/L mg{creat} 10^9/L uL m/s2 KiBy B[SPL] m[H2O]'.split(
      ' ',
    ),
  )('accepts %s', (code) => {
    expect(isUcumCode(code)).toBe(true);
  });
  test.each([
    '',
    'lbs',
    'mmHg',
    'mg/dl/',
    '//min',
    'beats per minute',
    'kg m',
    'pounds',
    '{a',
    'k%',
    'm..s',
    '()',
    'mg)',
    '5*3',
    'Kg/M2x',
    '(('.repeat(200),
  ])('refuses %s', (code) => {
    expect(isUcumCode(code)).toBe(false);
  });
});
