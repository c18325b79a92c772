/** Letters of other scripts that look like Latin ones. */
const ALIKE: ReadonlyMap<string, string> = new Map(
  Array.from(
    'аaеeоoрpсcхxуyіiјjѕsԁdһhӏlАAВBЕEКKМMНHОOРPСCТTХXοoαaεeιiνvΟOΑAΕE'.matchAll(/(.)(.)/gu),
    ([, from = '', to = '']): [string, string] => [from, to],
  ),
);
const DIGITS: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };

const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;
/** A word in which letters of two scripts stand together. */
const MIXED = /(?=[\p{L}]*\p{Script=Latin})(?=[\p{L}]*[\p{Script=Cyrillic}\p{Script=Greek}])[\p{L}]+/gu;
/** A word with digits where letters belong, such as `1gnore`; doses and units are none. */
const DIGIT_WORD = /(?<![\w.])(?=[\w@$]*[\d@$][a-z])(?=(?:[\d@$]*[a-z]){4})[a-z0-9@$]{5,}(?!\w)/gi;
const SPACED = /(?<!\S)(?:\S ){5,}\S(?!\S)/g;
const ESCAPED = /\\u([\da-f]{4})|&#(\d{2,6});|&#x([\da-f]{2,6});|(?:%([\da-f]{2}))/gi;

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

function unescaped(text: string): string {
  return text.replace(ESCAPED, (_all, unicode?: string, decimal?: string, hex?: string, percent?: string) =>
    character(decimal === undefined ? Number.parseInt(unicode ?? hex ?? percent ?? '', 16) : Number(decimal)),
  );
}

/**
 * A text as a person reads it, whatever its letters are: without what cannot be seen, with look-alikes, digits for letters,
 * letters that stand apart and escapes written plainly. To look for words in, never to quote.
 */
export function unmasked(text: string): string {
  const seen = unescaped(text.normalize('NFKC').replace(INVISIBLE, ''));
  const written = seen.replace(MIXED, (word) => [...word].map((letter) => ALIKE.get(letter) ?? letter).join(''));
  return written
    .replace(DIGIT_WORD, (word) => [...word].map((letter) => DIGITS[letter] ?? letter).join(''))
    .replace(SPACED, (letters) => letters.replaceAll(' ', ''));
}
