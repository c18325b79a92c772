/** Every sentence stands once, at its place, under a heading of its template. */
import { describe, expect, it } from 'vitest';
import { type DraftNote, sectionNames } from './draft-note.ts';
import { noteText, placedSentences } from './note-text.ts';
import { templateNamed, templateNames } from './template.ts';

const note: DraftNote = {
  sentences: [
    ...sectionNames.map((section) => ({ section, text: `About the ${section}.`, support: [] })),
    { section: 'plan', text: 'We discussed sleep.', support: [] },
  ],
};

describe('noteText', () => {
  it.each(templateNames)('files every sentence once in %s', (template) => {
    const written = noteText(note, template);
    const placed = placedSentences(written);
    expect(placed.map((each) => each.text).sort()).toEqual(note.sentences.map((each) => each.text).sort());
    expect(placed.map((each) => each.id)).toEqual(placed.map((_, i) => `s${i + 1}`));
    for (const { start, end, text } of placed) {
      expect(written.text.slice(start, end)).toBe(text);
    }
  });

  it('orders the sections as the template does', () => {
    expect(noteText(note, 'APSO').text.match(/^[A-Z]+$/gm)).toEqual(['ASSESSMENT', 'PLAN', 'SUBJECTIVE', 'OBJECTIVE']);
    const birp = noteText(note, 'BIRP').sections.map((each) => [each.section.code, each.sentences.length]);
    expect(birp).toEqual([
      ['behavior', 6],
      ['intervention', 1],
      ['response', 1],
      ['plan', 1],
    ]);
  });

  it('leaves an empty section without a heading', () => {
    expect(noteText({ sentences: note.sentences.slice(0, 1) }, 'SOAP').text).toBe('SUBJECTIVE\nAbout the complaint.\n');
  });
});

describe('templateNamed', () => {
  it('reads any spelling, and no other name', () => {
    expect([' soap', 'Birp', 'H&P', undefined].map(templateNamed)).toEqual(['SOAP', 'BIRP', undefined, undefined]);
  });
});
