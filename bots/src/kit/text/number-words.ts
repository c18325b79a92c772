const UNITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
  'eleventh',
  'twelfth',
];

/** Value of each word that can stand in a number below a hundred; a decade ("fifties") is its ten. */
const small = new Map<string, number>([
  ...UNITS.map((word, i) => [word, i] as const),
  ...TEENS.map((word, i) => [word, 10 + i] as const),
  ...TENS.map((word, i) => [word, 20 + 10 * i] as const),
  ...TENS.map((word, i) => [word.replace(/y$/, 'ies'), 20 + 10 * i] as const),
  ...ORDINALS.map((word, i) => [word, i + 1] as const),
  ['oh', 0],
  ['fourty', 40],
]);

/** Words that are a number by themselves. */
const alone = new Map<string, number>([
  ['couple', 2],
  ['once', 1],
  ['twice', 2],
  ['thrice', 3],
  ['half', 0.5],
  ['dozen', 12],
  ['both', 2],
  ['daily', 1],
]);

/** Can this word be part of a spoken number? */
export function isNumberWord(word: string): boolean {
  return small.has(word) || word === 'hundred' || word === 'thousand' || word === 'point';
}

/** The number that a word is by itself, as "twice" or "couple"; undefined for others. */
export function loneNumber(word: string): number | undefined {
  return alone.get(word);
}

/**
 * The number that a run of words says: "one twenty" 120, "ninety eight point four" 98.4, "twenty nineteen" 2019, "one oh
 * five" 105. Undefined when the run is not one number.
 */
export function spokenNumber(words: readonly string[]): number | undefined {
  const point = words.indexOf('point');
  if (point >= 0) {
    const whole = point === 0 ? 0 : spokenInteger(words.slice(0, point));
    const digits = words.slice(point + 1).map((word) => small.get(word));
    const isDigit = (digit: number | undefined): boolean => digit !== undefined && (digit < 10 || digits.length === 1);
    return whole !== undefined && digits.length > 0 && digits.every(isDigit)
      ? Number(`${whole}.${digits.join('')}`)
      : undefined;
  }
  return spokenInteger(words);
}

function spokenInteger(words: readonly string[]): number | undefined {
  const thousand = words.indexOf('thousand');
  if (thousand >= 0) {
    const before = thousand === 0 ? 1 : belowThousand(words.slice(0, thousand));
    const after = thousand === words.length - 1 ? 0 : belowThousand(words.slice(thousand + 1));
    return before === undefined || after === undefined ? undefined : before * 1000 + after;
  }
  return belowThousand(words);
}

function belowThousand(words: readonly string[]): number | undefined {
  const hundred = words.indexOf('hundred');
  if (hundred >= 0) {
    const before = hundred === 0 ? 1 : joined(words.slice(0, hundred));
    const after = hundred === words.length - 1 ? 0 : joined(words.slice(hundred + 1));
    return before === undefined || after === undefined || before > 99 || after > 99 ? undefined : before * 100 + after;
  }
  return joined(words);
}

/** Chunks below a hundred that stand side by side: two make hundreds, single digits are spelled out. */
function joined(words: readonly string[]): number | undefined {
  const chunks = chunksOf(words);
  const [first, second] = chunks ?? [];
  if (!chunks || first === undefined) {
    return undefined;
  }
  if (second === undefined) {
    return first;
  }
  if (chunks.length === 2 && first > 0 && second >= 10) {
    return first * 100 + second;
  }
  const isRange = chunks.length === 2 && second === first + 1;
  const spelled = chunks.every((chunk) => chunk < 10) && chunks.length >= 2 && !isRange;
  return spelled && first > 0 ? Number(chunks.join('')) : undefined;
}

function chunksOf(words: readonly string[]): number[] | undefined {
  const chunks: number[] = [];
  for (let i = 0; i < words.length; i++) {
    const value = small.get(words[i] ?? '');
    if (value === undefined) {
      return undefined;
    }
    const unit = small.get(words[i + 1] ?? '');
    const isTen = value >= 20 && value % 10 === 0;
    if (isTen && unit !== undefined && unit > 0 && unit < 10) {
      chunks.push(value + unit);
      i++;
    } else {
      chunks.push(value);
    }
  }
  return chunks;
}
