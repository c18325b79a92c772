import { findTerms } from '../kit/lexicon/term-index.ts';
import { stem, type Turn, tokenize } from '../kit/text/index.ts';
import type { DraftSentence } from './draft-note.ts';
import { symptomIndex } from './symptom-index.ts';

/** Words of notes that say nothing of a visit by themselves. */
const COMMON = new Set(
  'patient patients reports reported denies denied states stated notes noted describes described endorses complains presents today history plan assessment exam review with without that this these those have been were will from also about which their there when then than some more most very other into over such each both currently recently ongoing continue continues symptom symptoms due'
    .split(' ')
    .map(stem),
);
/** Share of the words of a sentence that somebody must have said near its evidence. */
const LEAST_SHARED = 0.34;

/**
 * Do the turns that a sentence names, or their neighbours, speak of what it says? A quote that is real proves nothing for
 * a sentence about something else. Symptoms and conditions may be said in other words: of those the validator judges.
 */
export function isGrounded({ text, support }: DraftSentence, said: readonly Turn[]): boolean {
  const tokens = tokenize(text.toLowerCase());
  const terms = findTerms(symptomIndex, tokens);
  const words = tokens
    .filter((token) => !terms.some(({ start, end }) => start <= token.start && token.start < end))
    .filter((token) => /^[a-z]{4,}$/.test(token.text))
    .map((token) => stem(token.text))
    .filter((word) => !COMMON.has(word));
  const near = said.filter(({ number }) => support.some(({ turn }) => Math.abs(turn - number) <= 1));
  const spoken = new Set(near.flatMap((turn) => tokenize(turn.text.toLowerCase()).map((token) => stem(token.text))));
  const shared = words.filter((word) => spoken.has(word)).length;
  return words.length === 0
    ? terms.length > 0 || tokens.some(({ text: each }) => /\d/.test(each))
    : shared >= words.length * LEAST_SHARED;
}
