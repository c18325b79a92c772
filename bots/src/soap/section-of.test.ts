/** Headings of parts of a visit: our own examples. */
import { describe, expect, it } from 'vitest';
import { sectionFeatures, sectionHeaders, sectionOf } from './section-of.ts';
import weights from './section-weights.json' with { type: 'json' };
import { readWords, writtenWord } from './section-words.ts';

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

  it('has one weight of each heading for each cue and each word', () => {
    const words = [...readWords(weights.words).values()];
    expect(weights.cues).toHaveLength(sectionFeatures('').length);
    const rows = [...weights.cues, ...words.map((word) => word.weights)];
    expect(rows.every((row) => row.length === sectionHeaders.length && row.every(Number.isFinite))).toBe(true);
    expect(words.every(({ rarity }) => rarity > 0)).toBe(true);
  });

  it('reads back the weights of a word as they were written', () => {
    const kept = { rarity: 2.5, weights: [1.5, -0.25, 0] };
    expect(readWords([writtenWord('a word', kept)])).toEqual(new Map([['a word', kept]]));
  });

  it('answers for an empty text', () => {
    expect(sectionHeaders).toContain(sectionOf(''));
  });
});
