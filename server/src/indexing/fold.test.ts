import { expect, test } from 'vitest';
import { fold } from './fold.ts';

// https://hl7.org/fhir/R4/search.html#string
test.each([
  ['Müller', 'muller'],
  ['  José   María ', 'jose maria'],
  ['O’Brien-Smith', 'o’brien-smith'],
  ['12 MILL ST', '12 mill st'],
  ['plain', 'plain'],
  ['Ångström', 'angstrom'],
])('folds %s to %s', (text, folded) => {
  expect(fold(text)).toBe(folded);
});
