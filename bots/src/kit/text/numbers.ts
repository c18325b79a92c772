import { isNumberWord, loneNumber, spokenNumber } from './number-words.ts';
import { type Token, tokenize } from './tokens.ts';

/** A number in a text. */
export interface NumberMention {
  readonly value: number;
  readonly start: number;
  readonly end: number;
  /** Index of its first and last token. */
  readonly first: number;
  readonly last: number;
  /** False for a reading inside a longer number: "five" in "five hundred". */
  readonly whole: boolean;
}

const LONGEST_RUN = 7;
const TIME_UNIT =
  /^(?:minute|hour|day|week|month|year|time|night|morning|evening|pack|drink|beer|cup|glass|pill|tablet)s?$/;

/** Numbers written in digits, in order: `120/70` gives two, `1,000` one. */
export function writtenNumbers(text: string, tokens: readonly Token[] = tokenize(text)): NumberMention[] {
  return tokens.flatMap((token, index) => {
    if (!/^\d/.test(token.text)) {
      return [];
    }
    const value = Number(token.text.replace(/,(?=\d{3}\b)/g, '').replaceAll(',', '.'));
    return Number.isNaN(value)
      ? []
      : [{ value, start: token.start, end: token.end, first: index, last: index, whole: true }];
  });
}

/**
 * Every number that a text may be saying, in digits or in words. Spoken numbers are ambiguous ("one twenty" may be 120,
 * or 1 and 20), so each reading is given: good for asking whether a number is supported.
 */
export function allNumbers(text: string, tokens: readonly Token[] = tokenize(text)): NumberMention[] {
  const found = writtenNumbers(text, tokens);
  found.push(
    ...found.flatMap((each) => (isFraction(text, each) ? [{ ...each, value: Number(`0.${each.value}`) }] : [])),
  );
  let wholeFrom = 0;
  tokens.forEach((token, first) => {
    const lone = loneNumber(token.text) ?? articleNumber(tokens, first);
    if (lone !== undefined) {
      found.push({ value: lone, start: token.start, end: token.end, first, last: first, whole: true });
    }
    if (!isNumberWord(token.text)) {
      return;
    }
    const readings = [...spokenFrom(text, tokens, first), ...pointed(text, tokens, first)];
    const repeated = readings.find((each) => isRepeated(tokens, each));
    const longest = repeated?.last ?? Math.max(-1, ...readings.map((each) => each.last));
    const begins = first >= wholeFrom && longest >= 0;
    found.push(...readings.map((each) => ({ ...each, whole: begins && each.last === longest })));
    wholeFrom = begins ? longest + 1 : wholeFrom;
  });
  return found;
}

/** ".7": digits after a point that nothing stands before. */
function isFraction(text: string, { start, value }: NumberMention): boolean {
  return Number.isInteger(value) && /(?:^|\s)\.$/.test(text.slice(Math.max(0, start - 2), start));
}

/** "five hundred five hundred milligrams": a speaker who starts again says one number twice. */
function isRepeated(tokens: readonly Token[], { first, last }: NumberMention): boolean {
  const length = last - first + 1;
  const again = tokens.slice(last + 1, last + 1 + length);
  return length > 1 && again.length === length && again.every((token, i) => token.text === tokens[first + i]?.text);
}

/** "a week", "an hour", "another month" say one. */
function articleNumber(tokens: readonly Token[], index: number): number | undefined {
  const article = /^(?:a|an|another|every|per|each|last|past|this|next)$/.test(tokens[index]?.text ?? '');
  return article && TIME_UNIT.test(tokens[index + 1]?.text ?? '') ? 1 : undefined;
}

/** "four hundred, three times": after a comma another number begins. */
function isCut(text: string, before: Token | undefined, token: Token | undefined): boolean {
  return before !== undefined && token !== undefined && /^\s*,\s*$/.test(text.slice(before.end, token.start));
}

function spokenFrom(text: string, tokens: readonly Token[], first: number): NumberMention[] {
  const found: NumberMention[] = [];
  const words: string[] = [];
  for (let last = first; last < tokens.length && words.length < LONGEST_RUN; last++) {
    const token = tokens[last];
    const joins = token?.text === 'and' && tokens[last - 1]?.text === 'hundred';
    if (!token || !(isNumberWord(token.text) || joins) || (words.length > 0 && isCut(text, tokens[last - 1], token))) {
      found.push(...halves(tokens, found, last));
      break;
    }
    if (!joins) {
      words.push(token.text);
      const value = spokenNumber(words);
      if (value !== undefined) {
        found.push({ value, start: tokens[first]?.start ?? 0, end: token.end, first, last, whole: false });
      }
    }
  }
  return found;
}

const LONGEST_WHOLE = 3;

/** "twelve . five", "ninety eight . seven", "a . five": speech recognition may write the point of a number as a full stop. */
function pointed(text: string, tokens: readonly Token[], first: number): NumberMention[] {
  const found: NumberMention[] = [];
  const from = tokens[first];
  for (let last = first; from && last < first + LONGEST_WHOLE && isNumberWord(tokens[last]?.text ?? ''); last++) {
    const [whole, digit] = [tokens[last], tokens[last + 1]];
    const words = tokens.slice(first, last + 1).map((token) => token.text);
    const value =
      whole && digit && isPoint(text.slice(whole.end, digit.start))
        ? spokenNumber([...words, 'point', digit.text])
        : undefined;
    if (digit && value !== undefined) {
      found.push({ value, start: from.start, end: digit.end, first, last: last + 1, whole: false });
    }
  }
  const alone =
    from && /(?:^|\s)(?:a|an|is|was|at|about)\s+\.\s*$/.test(text.slice(Math.max(0, from.start - 12), from.start));
  const value = from && alone ? spokenNumber(['point', from.text]) : undefined;
  return from && value !== undefined
    ? [...found, { value, start: from.start, end: from.end, first, last: first, whole: false }]
    : found;
}

function isPoint(gap: string): boolean {
  return /^\s*\.\s*$/.test(gap);
}

/** "two and a half" says 2.5. */
function halves(tokens: readonly Token[], found: readonly NumberMention[], next: number): NumberMention[] {
  const words = [0, 1, 2].map((offset) => tokens[next + offset]?.text);
  const before = found.at(-1);
  const end = tokens[next + 2]?.end;
  return words.join(' ') === 'and a half' && before && end !== undefined
    ? [{ ...before, value: before.value + 0.5, end, last: next + 2 }]
    : [];
}
