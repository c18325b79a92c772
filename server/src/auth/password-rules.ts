import { isBreachedPair, isBreachedPassword } from './breached-passwords.ts';
import { BREACHED_WORDS, KEYBOARD_ROWS } from './breached-words.ts';

/** Fewest characters of a password that stands alone. @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver */
export const MIN_PASSWORD_LENGTH = 15;
/** Fewest characters of a password beside a second factor. */
export const MIN_WITH_SECOND_FACTOR = 8;
/** Most characters: long passphrases are welcome, megabytes are not. */
export const MAX_PASSWORD_LENGTH = 1024;

/** Words that somebody who guesses at this account would try first: name, address, the service itself. */
export type ContextWords = readonly (string | undefined)[];

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Small letters only: `P@ssw0rd-1` and `passwordi` are one guess. */
function folded(text: string): string {
  return [...text.normalize('NFKC').toLowerCase()]
    .map((letter) => LEET[letter] ?? letter)
    .filter((letter) => /\p{L}/u.test(letter))
    .join('');
}

/** Small letters as written; digits and signs around and between them are left out. */
function lettersOf(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\P{L}/gu, '');
}

/** The shortest text whose repetition gives the whole: `abcabc` → `abc`. */
function unitOf(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}

/** Is the text made of runs, each of four or more neighbours in the alphabet, among the digits or on a keyboard? */
function isRuns(text: string): boolean {
  const rows = KEYBOARD_ROWS.flatMap((row) => [row, [...row].reverse().join('')]);
  let rest = text.toLowerCase();
  while (rest.length > 0) {
    const length = Math.max(...rows.map((row) => sharedRun(row, rest)));
    if (length < Math.min(4, rest.length)) {
      return false;
    }
    rest = rest.slice(length);
  }
  return true;
}

function sharedRun(row: string, text: string): number {
  const start = row.indexOf(text.charAt(0));
  let length = 0;
  while (start >= 0 && length < text.length && row[start + length] === text[length]) {
    length++;
  }
  return length;
}

/** Most frequent words in a chain that count as one guess; four words of one's own choosing make a good phrase. */
const MAX_CHAIN = 3;

/** Is the text a chain of a few frequent words? */
function isFrequentWords(text: string, words: ReadonlySet<string>, longest: number): boolean {
  const fewest: number[] = [0];
  for (let end = 1; end <= text.length; end++) {
    let best = Number.POSITIVE_INFINITY;
    for (let start = Math.max(0, end - longest); start < end; start++) {
      if (words.has(text.slice(start, end))) {
        best = Math.min(best, (fewest[start] as number) + 1);
      }
    }
    fewest.push(best);
  }
  return text.length > 0 && (fewest[text.length] as number) <= MAX_CHAIN;
}

/** What stands before the `@`. */
export function localPart(email: string | undefined): string | undefined {
  return email?.split('@')[0];
}

const SERVICE_WORDS = ['mindbridge', 'mind', 'bridge', 'health', 'clinic', 'patient', 'doctor'];

/** A list entry in disguise: with look-alikes for letters, repeated, or with digits and signs that make up less than half of it. */
function isDisguised(text: string): boolean {
  const letters = lettersOf(text);
  return [folded(text), ...(2 * letters.length > text.length ? [letters] : [])]
    .map(unitOf)
    .some((guess) => guess !== '' && isBreachedPassword(guess));
}

/**
 * Would a guesser find this soon? True for what stands in the list of breached passwords, plain or in disguise; for chains
 * of frequent words (with digits and signs between), runs on the keyboard, repetitions, digits alone, and what is made of
 * the person's own name and address.
 */
export function isBreached(password: string, context: ContextWords = []): boolean {
  const text = password.normalize('NFKC');
  const unit = unitOf(text);
  if ((unit.length <= 4 && unit.length < text.length) || /^[\d\s./-]*$/.test(text) || isRuns(unit)) {
    return true;
  }
  if (isBreachedPassword(text) || isBreachedPassword(unit) || isBreachedPair(text) || isDisguised(text)) {
    return true;
  }
  const own = context
    .flatMap((word) => (word ?? '').toLowerCase().split(/[^\p{L}]+/u))
    .filter((word) => word.length > 2);
  const words = new Set([...BREACHED_WORDS, ...SERVICE_WORDS, ...own]);
  const longest = Math.max(...[...words].map((word) => word.length));
  return [folded(text), lettersOf(text)].some((letters) => isFrequentWords(unitOf(letters), words, longest));
}

/**
 * What is wrong with a password that somebody chooses, in one sentence; undefined when it is good. Nothing is asked of
 * its composition, and nobody has to change it after a time.
 */
export function passwordFault(
  password: string,
  about: { readonly hasSecondFactor?: boolean; readonly context?: ContextWords } = {},
): string | undefined {
  const min = about.hasSecondFactor ? MIN_WITH_SECOND_FACTOR : MIN_PASSWORD_LENGTH;
  if ([...password].length < min) {
    return `must have ${min} characters at least; a few words in a row are easy to remember`;
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    return `must have ${MAX_PASSWORD_LENGTH} characters at most`;
  }
  return isBreached(password, about.context) ? 'is one of those that are guessed first; choose another' : undefined;
}
