/** Headings of parts of a visit: our own examples. */
import { describe, expect, it } from 'vitest';
import { sectionFeatures, sectionHeaders, sectionOf } from './section-of.ts';
import weights from './section-weights.json' with { type: 'json' };

describe('sectionOf', () => {
  it.each([
    ['Doctor: Are you allergic to any drugs?\nPatient: Yes, to penicillin.', 'allergy'],
    ['Doctor: Does anything run in your family?\nPatient: My mother had diabetes and my father smoked.', 'fam/sochx'],
    ['Doctor: Any surgeries in the past?\nPatient: I had my appendix removed.', 'pastsurgical'],
    ['Doctor: Which medications do you take?\nPatient: Lisinopril and metformin, once a day.', 'medications'],
    ['Doctor: Are your vaccinations up to date?\nPatient: Yes, I had a tetanus shot last year.', 'immunizations'],
  ])('%s', (dialogue, header) => {
    expect(sectionOf(dialogue)).toBe(header);
  });

  it('has one weight for each feature of each heading', () => {
    expect(weights.weights).toHaveLength(sectionHeaders.length);
    expect(weights.weights.every((row) => row.length === sectionFeatures('').length)).toBe(true);
  });

  it('answers for an empty text', () => {
    expect(sectionHeaders).toContain(sectionOf(''));
  });
});
