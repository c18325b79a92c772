/** Sentences of a draft under their headings. */
import { describe, expect, it } from 'vitest';
import { readNote } from './note.ts';

describe('readNote', () => {
  it('knows headings, and the section of each sentence', () => {
    const note = readNote('PLAN\n\nRest. Return in 2 weeks.\nALLERGIES:\nLatex.');
    expect(note.map((each) => [each.text, each.section, each.isHeading])).toEqual([
      ['PLAN', 'plan', true],
      ['Rest.', 'plan', false],
      ['Return in 2 weeks.', 'plan', false],
      ['ALLERGIES:', 'allergies', true],
      ['Latex.', 'allergies', false],
    ]);
  });

  it('counts token places from the beginning of the draft', () => {
    const text = 'One.\nTwo words';
    for (const sentence of readNote(text)) {
      for (const token of sentence.tokens) {
        expect(text.slice(token.start, token.end).toLowerCase()).toBe(token.text);
      }
    }
  });
});
