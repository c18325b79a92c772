import { type Span, sentences, type Turn, turns } from '../kit/text/index.ts';
import { ADDRESSED, CONCEALING } from './addressed-patterns.ts';
import { unmasked } from './unmasked.ts';

/** A turn longer than this is dropped only around what addresses the software. */
const LONG_TURN = 1000;

/**
 * Places in a transcript that address the software: orders, new rules, markup. They are content that nobody said to
 * anybody, and no ground for a note. The whole turn counts, for an order seldom comes in one sentence.
 */
export function addressedWords(transcript: string): Span[] {
  return turns(transcript).flatMap(addressedIn);
}

/** A command to a dictation device, as clinicians say it: it asks for nothing that we do. */
const DICTATED = /\bdragon\s*[,?.]?\s*finali[sz]e the note/gi;

function isOrder(text: string): boolean {
  const read = unmasked(text);
  return ADDRESSED.some((pattern) => pattern.test(text) || pattern.test(read));
}

function addressedIn(turn: Turn): Span[] {
  const spoken = turn.text.replace(DICTATED, (words) => ' '.repeat(words.length));
  const said = sentences(spoken);
  const orders = said.map(({ text }) => isOrder(text));
  const isWhole = turn.text.length <= LONG_TURN;
  if (isWhole && (orders.includes(true) || isOrder(spoken))) {
    return [{ start: turn.start, end: turn.end }];
  }
  return said.flatMap(({ text, start, end }, i): Span[] => {
    const after = orders[i] ? (said[i + 2] ?? said.at(-1)) : CONCEALING.test(text) ? { end } : undefined;
    return after ? [{ start: turn.start + start, end: turn.start + after.end }] : [];
  });
}

/** Does a short text of the record, or a sentence of a draft, address the software? */
export function isAddressed(text: string): boolean {
  return isOrder(text) || sentences(text).some((sentence) => isOrder(sentence.text) || CONCEALING.test(sentence.text));
}

/** The transcript with these places blank; every other word keeps its place. */
export function withoutSpans(transcript: string, spans: readonly Span[]): string {
  return spans.reduce(
    (text, { start, end }) => text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end),
    transcript,
  );
}
