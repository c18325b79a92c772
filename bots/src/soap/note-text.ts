import type { DraftNote, DraftSentence } from './draft-note.ts';
import { type TemplateName, type TemplateSection, templates } from './template.ts';

/** A sentence with its id and its place in the text of the note (UTF-16 offsets, half-open). */
export interface PlacedSentence extends DraftSentence {
  /** `s1`, `s2`, … in the order of the text. */
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** A section of a note with its sentences. */
export interface PlacedSection {
  readonly section: TemplateSection;
  readonly sentences: readonly PlacedSentence[];
}

/** A note as plain text, and where its sentences stand in it. */
export interface NoteText {
  readonly template: TemplateName;
  readonly text: string;
  readonly sections: readonly PlacedSection[];
}

/** Writes a draft down in a template: a heading for each section, one sentence a line. Empty sections have no text. */
export function noteText(note: DraftNote, template: TemplateName): NoteText {
  let text = '';
  let count = 0;
  const sections = templates[template].map((section): PlacedSection => {
    const taken = note.sentences.filter((sentence) => section.takes(sentence));
    if (taken.length > 0) {
      text += `${text === '' ? '' : '\n'}${section.title.toUpperCase()}\n`;
    }
    const placed = taken.map((sentence): PlacedSentence => {
      const start = text.length;
      text += `${sentence.text}\n`;
      count += 1;
      return { ...sentence, id: `s${count}`, start, end: start + sentence.text.length };
    });
    return { section, sentences: placed };
  });
  return { template, text, sections };
}

/** All sentences of a note in their order. */
export function placedSentences(note: NoteText): PlacedSentence[] {
  return note.sections.flatMap((section) => section.sentences);
}
