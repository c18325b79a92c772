/** Negation and its reach: our own sentences. */
import { describe, expect, it } from 'vitest';
import { isNegated } from './negation.ts';

const negated = (sentence: string, finding: string): boolean => {
  const start = sentence.indexOf(finding);
  return isNegated(sentence, { start, end: start + finding.length });
};

describe('isNegated', () => {
  it.each([
    ['He denies fever, chills or cough.', 'cough'],
    ['There is no evidence of pneumonia.', 'pneumonia'],
    ['Pulmonary embolism was ruled out.', 'Pulmonary embolism'],
    ['Lungs clear without wheezes.', 'wheezes'],
    ['A fracture is not seen.', 'fracture'],
  ])('%s', (sentence, finding) => {
    expect(negated(sentence, finding)).toBe(true);
  });

  it.each([
    ['He denies fever but has a cough.', 'cough'],
    ['No change in the nodule.', 'nodule'],
    ['Pneumonia cannot be ruled out.', 'Pneumonia'],
    ['CT without contrast shows a mass.', 'mass'],
    ['COMPLICATIONS: None. DIAGNOSIS: Gastritis', 'Gastritis'],
    ['No fever; cough persists.', 'cough'],
  ])('not in: %s', (sentence, finding) => {
    expect(negated(sentence, finding)).toBe(false);
  });
});
