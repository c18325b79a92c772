import type { Utterance } from './utterance.ts';

/** A section of a draft. */
export type SectionName = 'complaint' | 'history' | 'review' | 'exam' | 'results' | 'plan';

/** Where a sentence comes from. */
export interface Support {
  readonly turn: number;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** One sentence of a draft with the words behind it. */
export interface DraftSentence {
  readonly section: SectionName;
  readonly text: string;
  readonly support: readonly Support[];
}

/** A draft note: sentences in order, each with evidence. */
export interface DraftNote {
  readonly sentences: readonly DraftSentence[];
}

/** The evidence of a sentence: the utterances that carry it. */
export function supportOf(...spoken: readonly Utterance[]): Support[] {
  return spoken.map(({ turn, start, end, raw }) => ({ turn, start, end, quote: raw }));
}
