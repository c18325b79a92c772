import { abstain, draft, type Outcome } from '../kit/index.ts';
import { findTerms } from '../kit/lexicon/term-index.ts';
import { type Span, tokenize, turns } from '../kit/text/index.ts';
import { addressedWords, withoutSpans } from './addressed-words.ts';
import { clinicalIndex } from './utterance.ts';

/** A transcript that can be drafted from. */
export interface Visit {
  /** As it is kept: what spans and quotes count in. */
  readonly transcript: string;
  /** The same without the words that address the software; every other word at its place. */
  readonly said: string;
  /** Where words address the software. */
  readonly addressed: readonly Span[];
}

/** Longest transcript that is drafted from, in UTF-16 units: some ten hours of talk. */
export const LONGEST_TRANSCRIPT = 500_000;
/** Commonest words of spoken English; a transcript without them is in another language or no talk at all. */
const ENGLISH = /\b(?:the|and|you|i|it|to|a|is|have|that|of|in|do|no|yes|my|your)\b/gi;

/** Common words of other languages; a telegraphic note has few common words, but none of these. */
const FOREIGN =
  /\b(?:el|la|los|que|und|der|die|das|ist|nicht|le|les|et|est|une|pas|il|che|non|con|por|y|em|um|não|het|een|och|det)\b/gi;

function isEnglish(text: string, words: number): boolean {
  const common = text.match(ENGLISH)?.length ?? 0;
  const terms = findTerms(clinicalIndex, tokenize(text)).length;
  const foreign = text.match(FOREIGN)?.length ?? 0;
  return common >= words * 0.1 || (common + terms >= words * 0.12 && (foreign === 0 || foreign < common));
}

/** Reads a transcript, or says why it is no ground for a note: it is empty, endless, binary, or in another language. */
export function visitOf(transcript: string): Outcome<Visit> {
  const words = transcript.split(/\s+/).filter((word) => word !== '').length;
  if (words === 0) {
    return abstain('transcript-empty', 'The transcript is empty.');
  }
  if (transcript.length > LONGEST_TRANSCRIPT) {
    return abstain('transcript-too-long', `The transcript is longer than ${LONGEST_TRANSCRIPT} characters.`);
  }
  if (/[^\P{Cc}\t\n\r]|\ufffd/u.test(transcript)) {
    return abstain('transcript-not-text', 'The transcript is not plain text.');
  }
  const addressed = addressedWords(transcript);
  const said = withoutSpans(transcript, addressed);
  if (addressed.length > 0 && turns(said).every(({ text }) => text.trim() === '')) {
    return abstain('nothing-clinical', 'All that the transcript holds addresses the software.');
  }
  if (!isEnglish(transcript, words)) {
    return abstain('transcript-language', 'The transcript is not in English.');
  }
  return draft({ transcript, said, addressed });
}
