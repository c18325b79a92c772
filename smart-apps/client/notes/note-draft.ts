import type { DocumentReference } from '@medplum/fhirtypes';
import { codeSystemUrl, documentFormatCoding } from '@mindbridge/fhir-profiles';
import { inlineJson, inlineText } from './attachment-text.ts';
import { list, number, record, text } from './loose.ts';

/** Words of a source that carry a sentence. Spans are UTF-16 offsets, half-open. */
export interface Support {
  /** Versioned reference. */
  readonly source: string;
  /** Turn of a transcript. */
  readonly turn?: number;
  /** Element of another record. */
  readonly path?: string;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** One sentence of a note: who wrote it, and what carries it. */
export interface Sentence {
  readonly id: string;
  readonly section: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly origin: 'ai' | 'edited' | 'human';
  readonly verdict?: string;
  readonly support: readonly Support[];
  /** What the AI had written, where somebody changed it. */
  readonly draftText?: string;
}

/** A section of the template, with or without sentences. */
export interface Section {
  readonly code: string;
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

/** How far a note has come. */
export type NoteState = 'draft' | 'reviewed' | 'signed' | 'rejected' | 'expired';

/** A note as the review screen shows it. */
export interface NoteDraft {
  readonly id: string;
  readonly version: string;
  readonly state: NoteState;
  readonly template: string;
  /** "soap-embedded 1.0.0". */
  readonly engine: string;
  readonly date?: string;
  /** The clinician to whom it is addressed. */
  readonly addressee?: string;
  readonly patient?: string;
  readonly encounter?: string;
  /** The Composition beside it, where its signature stands. */
  readonly composition?: string;
  readonly text: string;
  readonly sections: readonly Section[];
}

const STATES: ReadonlySet<string> = new Set<NoteState>(['draft', 'reviewed', 'signed', 'rejected', 'expired']);
const ORIGINS: ReadonlySet<string> = new Set<Sentence['origin']>(['ai', 'edited', 'human']);

function isState(value: string | undefined): value is NoteState {
  return value !== undefined && STATES.has(value);
}

function isOrigin(value: string): value is Sentence['origin'] {
  return ORIGINS.has(value);
}

/** How far a document has come: signed and withdrawn by its status, the rest by its tag. */
export function noteState(document: DocumentReference): NoteState {
  if (document.docStatus === 'final' || document.docStatus === 'amended') {
    return 'signed';
  }
  if (document.docStatus === 'entered-in-error') {
    return 'rejected';
  }
  const tag = document.meta?.tag?.find((each) => each.system === codeSystemUrl.noteStatus)?.code;
  return isState(tag) ? tag : 'draft';
}

function support(value: unknown): Support {
  const given = record(value);
  const [turn, path] = [number(given.turn), text(given.path)];
  return {
    source: text(given.source),
    ...(turn !== undefined && { turn }),
    ...(path && { path }),
    start: number(given.start) ?? 0,
    end: number(given.end) ?? 0,
    quote: text(given.quote),
  };
}

function sentence(value: unknown): Sentence {
  const given = record(value);
  const [verdict, draftText, origin] = [text(given.verdict), text(given.draftText), text(given.origin)];
  return {
    id: text(given.sentenceId),
    section: text(given.section),
    text: text(given.text),
    start: number(given.start) ?? 0,
    end: number(given.end) ?? 0,
    origin: isOrigin(origin) ? origin : 'ai',
    ...(verdict && { verdict }),
    support: list(given.support).map(support),
    ...(draftText && { draftText }),
  };
}

/** Everything the screens show of a note. Total: a note without evidence has no sections. */
export function noteDraft(document: DocumentReference): NoteDraft {
  const evidence = record(inlineJson(document, documentFormatCoding.evidence.code));
  const sentences = list(evidence.sentences).map(sentence);
  const engine = record(evidence.engine);
  return {
    id: document.id ?? '',
    version: document.meta?.versionId ?? '',
    state: noteState(document),
    template: text(evidence.template),
    engine: [text(engine.name), text(engine.version)].filter(Boolean).join(' '),
    date: document.date ?? document.meta?.lastUpdated,
    addressee: document.authenticator?.reference,
    patient: document.subject?.reference,
    encounter: document.context?.encounter?.[0]?.reference,
    composition: document.context?.related?.find((one) => one.reference?.startsWith('Composition/'))?.reference,
    text: inlineText(document, documentFormatCoding.note.code) ?? '',
    sections: list(evidence.sections).map((each) => {
      const { code, title } = record(each);
      return { code: text(code), title: text(title), sentences: sentences.filter((one) => one.section === text(code)) };
    }),
  };
}

/** The sentence at a place of the note's text. */
export function sentencesWithin(draft: NoteDraft, start: number, end: number): readonly Sentence[] {
  return draft.sections.flatMap(({ sentences }) => sentences.filter((one) => one.start < end && start < one.end));
}
