import type { Utterance } from './utterance.ts';

/** What a sentence of a draft is about; a template files these under its headings. */
export const sectionNames = [
  'complaint',
  'history',
  'review',
  'exam',
  'results',
  'assessment',
  'plan',
  'response',
] as const;

/** What a sentence of a draft is about. */
export type SectionName = (typeof sectionNames)[number];

/** Where a sentence comes from. */
export interface Support {
  readonly turn: number;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** A value of the record that a sentence comes from. */
export interface RecordSupport {
  /** Versioned reference of the resource. */
  readonly source: string;
  /** Dotted path of the value in it, such as `component.0.valueQuantity.value`. */
  readonly path: string;
  /** The value as text. */
  readonly quote: string;
}

/** One sentence of a draft with the words behind it. */
export interface DraftSentence {
  readonly section: SectionName;
  readonly text: string;
  readonly support: readonly Support[];
  /** Values of the record, where the sentence comes from there. */
  readonly records?: readonly RecordSupport[];
}

/** A draft note: sentences in order, each with evidence. */
export interface DraftNote {
  readonly sentences: readonly DraftSentence[];
}

/** The evidence of a sentence: the utterances that carry it. */
export function supportOf(...spoken: readonly Utterance[]): Support[] {
  return spoken.map(({ turn, start, end, raw }) => ({ turn, start, end, quote: raw }));
}
