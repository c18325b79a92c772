/** A word or number of a text, with its place as UTF-16 offsets, half-open. */
export interface Token {
  /** Lower case, with a straight apostrophe. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\d+(?:[.,]\d+)*|[a-z]+(?:['’][a-z]+)*|n['’]t|[%°]/gi;

/** Splits a text into words and numbers; punctuation only separates. */
export function tokenize(text: string): Token[] {
  return Array.from(text.matchAll(TOKEN), (match) => ({
    text: match[0].toLowerCase().replaceAll('’', "'"),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** A part of a text, as UTF-16 offsets, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A sentence, a heading or a bullet of a note. */
export interface Sentence extends Span {
  readonly text: string;
}

/** A full stop ends a sentence unless it belongs to a number or a common abbreviation. */
const BREAK = /\n+|(?<!\b(?:dr|mr|mrs|ms|st|vs|approx|no|e\.g|i\.e|etc))[.!?](?=\s|$)\s*/gi;

/** Splits a text into sentences, in order, without blank ones; each keeps its place. */
export function sentences(text: string): Sentence[] {
  const found: Sentence[] = [];
  let start = 0;
  const push = (end: number): void => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    if (trimmed !== '') {
      const from = start + raw.indexOf(trimmed);
      found.push({ text: trimmed, start: from, end: from + trimmed.length });
    }
  };
  for (const match of text.matchAll(BREAK)) {
    const end = match[0].startsWith('\n') ? match.index : match.index + 1;
    push(end);
    start = match.index + match[0].length;
  }
  push(text.length);
  return found;
}
