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

/** One turn of a conversation. The tag is what the transcript says; it may be wrong. */
export interface Turn extends Span {
  /** 1-based number. */
  readonly number: number;
  readonly speaker: string;
  readonly text: string;
}

/** Splits a transcript into turns: lines that begin `[speaker]` or `Speaker:`; other lines continue the turn before. */
export function turns(transcript: string): Turn[] {
  const found: Turn[] = [];
  const pattern =
    /^(?:\[([^\]\n]{1,40})\]|(doctor|patient|clinician|provider|nurse|guest[_ a-z]*|speaker ?\d+):)[ \t]*/gim;
  const heads = Array.from(transcript.matchAll(pattern));
  heads.forEach((head, i) => {
    const start = head.index + head[0].length;
    const end = heads[i + 1]?.index ?? transcript.length;
    const text = transcript.slice(start, end).trimEnd();
    found.push({
      number: i + 1,
      speaker: (head[1] ?? head[2] ?? '').toLowerCase(),
      text,
      start,
      end: start + text.length,
    });
  });
  return found.length > 0 ? found : [{ number: 1, speaker: '', text: transcript, start: 0, end: transcript.length }];
}
