import { unprocessable } from '../../fhir/index.ts';
import { unsupportedWords } from './edited-words.ts';
import type { NoteEvidence, NoteSentence } from './note-evidence.ts';
import { type NoteText, noteText } from './note-text.ts';

/** What a reviewer does to one sentence. */
export type SentenceEdit =
  | { readonly kind: 'change'; readonly id: string; readonly text: string; readonly isHuman: boolean }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'add'; readonly section: string; readonly text: string; readonly after?: string };

/** Who edits, and when (ISO 8601). */
export interface Editor {
  readonly reference: string;
  readonly at: string;
}

/** A note after its edits. */
export interface EditedNote {
  readonly text: string;
  readonly evidence: NoteEvidence;
}

function human(sentence: NoteSentence, text: string, editor: Editor): NoteSentence {
  const { sentenceId, section, start, end, draftText, origin } = sentence;
  const kept = draftText ?? (origin === 'human' ? undefined : sentence.text);
  return {
    sentenceId,
    section,
    start,
    end,
    text,
    origin: 'human',
    support: [],
    ...(kept !== undefined && kept !== text && { draftText: kept }),
    writtenBy: editor.reference,
    writtenAt: editor.at,
  };
}

function changed(sentence: NoteSentence, text: string, isHuman: boolean, editor: Editor): NoteSentence {
  if (isHuman || sentence.origin === 'human') {
    return human(sentence, text, editor);
  }
  const draftText = sentence.draftText ?? sentence.text;
  const { editedBy: _by, editedAt: _at, draftText: _draft, ...plain } = sentence;
  if (text === draftText) {
    return { ...plain, text, origin: 'ai' };
  }
  const quotes = sentence.support.map((support) => support.quote);
  const beyond = unsupportedWords(draftText, text, quotes).length;
  if (beyond > 0) {
    const text = `The edit changes ${beyond} words that the evidence of the sentence does not carry: mark it as written by you`;
    throw unprocessable('note-edit-unsupported', text, sentence.sentenceId);
  }
  return { ...plain, text, origin: 'edited', draftText, editedBy: editor.reference, editedAt: editor.at };
}

function nextId(sentences: readonly NoteSentence[]): string {
  const numbers = sentences.map(({ sentenceId }) => Number(/^h(\d+)$/.exec(sentenceId)?.[1] ?? 0));
  return `h${Math.max(0, ...numbers) + 1}`;
}

function added(
  evidence: NoteEvidence,
  sentences: readonly NoteSentence[],
  edit: SentenceEdit & { kind: 'add' },
  editor: Editor,
): NoteSentence[] {
  if (!evidence.sections.some(({ code }) => code === edit.section)) {
    throw unprocessable('note-edit', 'The template of the note has no such section', 'section');
  }
  const place = edit.after === undefined ? sentences.length - 1 : placeOf(sentences, edit.after);
  const blank = {
    sentenceId: nextId(sentences),
    section: edit.section,
    start: 0,
    end: 0,
    text: edit.text,
    support: [],
  };
  const sentence = human({ ...blank, origin: 'human' }, edit.text, editor);
  return [...sentences.slice(0, place + 1), sentence, ...sentences.slice(place + 1)];
}

function placeOf(sentences: readonly NoteSentence[], id: string): number {
  const place = sentences.findIndex(({ sentenceId }) => sentenceId === id);
  if (place < 0) {
    throw unprocessable('note-edit', 'The note has no sentence of that id', 'sentence');
  }
  return place;
}

function applied(evidence: NoteEvidence, edit: SentenceEdit, editor: Editor): NoteEvidence {
  const { sentences } = evidence;
  if (edit.kind === 'add') {
    return { ...evidence, sentences: added(evidence, sentences, edit, editor) };
  }
  const place = placeOf(sentences, edit.id);
  const sentence = sentences[place] as NoteSentence;
  const replaced = edit.kind === 'change' ? [changed(sentence, edit.text, edit.isHuman, editor)] : [];
  return { ...evidence, sentences: [...sentences.slice(0, place), ...replaced, ...sentences.slice(place + 1)] };
}

/**
 * Applies a reviewer's edits in their order and writes the note anew. An edited sentence keeps its evidence when its new
 * words stand in the quotes, or is marked as written by the editor; there is no third way.
 * @throws FhirError 422 for an unknown sentence or section, and for an edit beyond the evidence.
 */
export function editNote(evidence: NoteEvidence, edits: readonly SentenceEdit[], editor: Editor): EditedNote {
  const edited = edits.reduce((current, edit) => applied(current, edit, editor), evidence);
  const { text, sentences }: NoteText = noteText(edited.sections, edited.sentences);
  return { text, evidence: { ...edited, sentences: [...sentences] } };
}
