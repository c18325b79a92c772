import type { Coding, Composition, DocumentReference } from '@medplum/fhirtypes';
import { haveSameHeader } from './check-header.ts';
import { unsupportedWords } from './edited-words.ts';
import { speaksOf } from './evidence-speaks.ts';
import type { NoteEvidence, NoteSentence } from './note-evidence.ts';
import { sectionCodings, TEMPLATES } from './note-template.ts';
import { noteText, sectionDiv } from './note-text.ts';
import { resolves, type SourceTexts } from './source-text.ts';

/** A note taken apart: its text, the evidence beside it, and the Composition that says the same. */
export interface NoteParts {
  readonly document: DocumentReference;
  readonly text: string;
  readonly evidence: NoteEvidence;
  readonly composition: Composition;
  /** Reference of the clinician to whom the note is addressed. */
  readonly clinician: string;
}

/** Why a note cannot be reviewed or signed as it stands. */
export interface Refusal {
  readonly key:
    | 'note-evidence-missing'
    | 'note-evidence-unresolved'
    | 'note-text-mismatch'
    | 'note-sentence-unsupported'
    | 'note-engine-unknown'
    | 'note-finding-open';
  readonly text: string;
  /** Id of the sentence it is about. */
  readonly sentence?: string;
}

/**
 * The gate: everything that keeps a note from a signature. Text, evidence and Composition must say the same, letter by
 * letter, and each sentence of an AI must rest on words that are still where they were. `author` is the engine whose Device
 * wrote the note, `name/version`: what no known engine wrote is signed by nobody.
 * @see ai.md §2, evidence
 */
export function checkNote(parts: NoteParts, sources: SourceTexts, author: string | undefined): Refusal[] {
  const { evidence } = parts;
  const { name, version } = evidence.engine;
  const unsupported = evidence.sentences.flatMap((sentence) => {
    const refusal =
      sentence.origin === 'human' ? checkHuman(sentence, parts.clinician) : checkAi(sentence, sources, parts);
    return refusal ? [{ ...refusal, sentence: sentence.sentenceId }] : [];
  });
  const text = 'The engine of the evidence is not the one Device that is the author of the note';
  const isAuthor = author === `${name}/${version}`;
  return [
    ...(isAuthor ? [] : [{ key: 'note-engine-unknown', text } as const]),
    ...checkSameWords(parts),
    ...unsupported,
  ];
}

const mismatch = (text: string): Refusal => ({ key: 'note-text-mismatch', text });

function checkSameWords({ document, text, evidence, composition }: NoteParts): Refusal[] {
  const { sections, sentences } = evidence;
  const written = noteText(sections, sentences);
  const ids = new Set(sentences.map((sentence) => sentence.sentenceId));
  const refusals: Refusal[] = [];
  if (JSON.stringify(sections) !== JSON.stringify(TEMPLATES[evidence.template])) {
    refusals.push(mismatch('The sections of the evidence are not those of its template'));
  }
  if (ids.size !== sentences.length || sentences.length === 0) {
    refusals.push(mismatch('The evidence names no sentence, or one twice'));
  }
  if (written.text !== text || JSON.stringify(written.sentences) !== JSON.stringify(sentences)) {
    refusals.push(mismatch('The text of the note is not that of its evidence'));
  }
  if (!haveSameHeader(document, composition)) {
    refusals.push(mismatch('The Composition is not about what the document is about'));
  }
  if (!saysTheSame(composition, evidence)) {
    refusals.push(mismatch('The Composition does not say what the evidence says'));
  }
  return refusals;
}

/** Are these the wanted codings and no other, in any order, with their own words where they have words? */
function areCodedAs(codings: readonly Coding[] = [], wanted: readonly Coding[]): boolean {
  return (
    codings.length === wanted.length &&
    wanted.every(({ system, code, display }) =>
      codings.some((each) => each.system === system && each.code === code && (each.display ?? display) === display),
    )
  );
}

function saysTheSame(composition: Composition, evidence: NoteEvidence): boolean {
  const sections = composition.section ?? [];
  return (
    sections.length === evidence.sections.length &&
    evidence.sections.every(({ code, title }, i) => {
      const section = sections[i];
      return (
        section?.title === title &&
        section.text?.div === sectionDiv(evidence, code) &&
        section.section === undefined &&
        areCodedAs(section.code?.coding, sectionCodings(code))
      );
    })
  );
}

function checkHuman({ writtenBy }: NoteSentence, clinician: string): Refusal | undefined {
  const text = 'A sentence is marked as human-written, but not by the clinician to whom the note is addressed';
  return writtenBy === clinician ? undefined : { key: 'note-evidence-missing', text };
}

/** Is a source one that the note may cite: a record, or the transcript that the note itself names? */
function isNamed(source: string, sources: SourceTexts, { context }: DocumentReference): boolean {
  const [unversioned] = source.split('/_history/');
  return (
    sources.get(source)?.kind === 'record' ||
    (context?.related ?? []).some(({ reference }) => reference === source || reference === unversioned)
  );
}

function checkAi(sentence: NoteSentence, sources: SourceTexts, note: NoteParts): Refusal | undefined {
  const { document, clinician } = note;
  const { support, origin, draftText, text, editedBy } = sentence;
  if (support.length === 0) {
    return { key: 'note-evidence-missing', text: 'A sentence of the AI has no evidence' };
  }
  if (!support.every((each) => resolves(sources, each) && isNamed(each.source, sources, document))) {
    return { key: 'note-evidence-unresolved', text: 'The evidence of a sentence is not where it says' };
  }
  const quotes = support.map((each) => each.quote);
  if (!speaksOf(draftText ?? text, quotes)) {
    return { key: 'note-sentence-unsupported', text: 'The evidence of a sentence speaks of something else' };
  }
  const edited = origin === 'edited';
  if (edited && (editedBy !== clinician || unsupportedWords(draftText ?? '', text, quotes).length > 0)) {
    return { key: 'note-sentence-unsupported', text: 'An edited sentence says what its evidence does not' };
  }
  return undefined;
}
