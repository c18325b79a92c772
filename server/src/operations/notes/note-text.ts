import type { NoteEvidence, NoteSentence } from './note-evidence.ts';
import type { TemplateSection } from './note-template.ts';

/** A note as plain text, and its sentences with their places in it. */
export interface NoteText {
  readonly text: string;
  readonly sentences: readonly NoteSentence[];
}

/**
 * Writes sentences down under the headings of their sections: a blank line before each heading but the first, one
 * sentence a line. Sections without sentences leave nothing.
 */
export function noteText(sections: readonly TemplateSection[], sentences: readonly NoteSentence[]): NoteText {
  let text = '';
  const placed = sections.flatMap((section) => {
    const own = sentences.filter((sentence) => sentence.section === section.code);
    if (own.length > 0) {
      text += `${text === '' ? '' : '\n'}${section.title.toUpperCase()}\n`;
    }
    return own.map((sentence) => {
      const start = text.length;
      text += `${sentence.text}\n`;
      return { ...sentence, start, end: start + sentence.text.length };
    });
  });
  return { text, sentences: placed };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => ESCAPES[character] as string);

/** What stands in a section without sentences: FHIR asks for a text there too. @see https://hl7.org/fhir/R4/composition.html#invs */
const NOT_DOCUMENTED = '<p>Not documented</p>';

/** The narrative of a section: one paragraph for each sentence. */
export function sectionDiv(evidence: NoteEvidence, section: string): string {
  const own = evidence.sentences.filter((sentence) => sentence.section === section);
  const paragraphs = own.map(({ sentenceId, text }) => `<p id="${sentenceId}">${escaped(text)}</p>`);
  return `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs.join('') || NOT_DOCUMENTED}</div>`;
}
