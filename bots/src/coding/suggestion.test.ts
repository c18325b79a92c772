/** Codes of a whole note: from its assessment, certain, on the right side, from the table of the day (ai.md §5). */
import { describe, expect, it } from 'vitest';
import { indexCodes } from './code-index.ts';
import { tableFor } from './code-table.ts';
import { curatedTables } from './curated-table.ts';
import { codesOfNote } from './suggestion.ts';

const indexOn = (day: string) =>
  indexCodes(tableFor(day, curatedTables)?.table ?? { version: '', from: '', to: '', entries: [] });
const index = indexOn('2026-01-15');
const codesOf = (assessment: string): string[] =>
  codesOfNote(index, `ASSESSMENT\n${assessment}\nPLAN\nReturn in two weeks.\n`).suggestions.map(
    (each) => each.entry.code,
  );

describe('codesOfNote', () => {
  it.each([
    ['Hypertension', ['I10']],
    ['Left knee pain\nRight shoulder pain', ['M25.562', 'M25.511']],
    ['Major depressive disorder, recurrent, moderate', ['F33.1']],
    ['Generalized anxiety disorder', ['F41.1']],
    ['Hypertension\nHigh blood pressure', ['I10']],
    ['Probable pneumonia', []],
    ['Cough, rule out pneumonia', ['R05.9']],
    ['No depression', []],
    ['Zorbulitis of the flimflam', []],
  ])('%s', (assessment, codes) => {
    expect(codesOf(assessment)).toEqual(codes);
  });

  it('quotes the words of the note behind each code', () => {
    const note = 'SUBJECTIVE\nFeels low.\nASSESSMENT\nChronic post-traumatic stress disorder.\n';
    const [suggestion] = codesOfNote(index, note).suggestions;
    expect(suggestion?.entry.code).toBe('F43.12');
    expect(note.slice(suggestion?.problem.start, suggestion?.problem.end)).toBe(suggestion?.problem.text);
    expect(suggestion?.rationale).toContain('Chronic post-traumatic stress disorder');
  });

  it('takes the code that holds on the day of service', () => {
    const on = (day: string) =>
      codesOfNote(indexOn(day), 'ASSESSMENT\nMultiple sclerosis\n').suggestions[0]?.entry.code;
    expect([on('2025-03-01'), on('2026-01-15')]).toEqual(['G35', 'G35.D']);
  });
});
