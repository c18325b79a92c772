/** What a word tells: how rare it is, and one weight for each heading. */
export interface WordWeights {
  readonly rarity: number;
  readonly weights: readonly number[];
}

/** Weights of words are written as whole numbers, this many to one. */
const SCALE = 20;

/** One line for each word: the word, its rarity, and its weights, with tabs between. */
export function writtenWord(word: string, { rarity, weights }: WordWeights): string {
  return [word, rarity.toFixed(2), weights.map((weight) => Math.round(weight * SCALE)).join(' ')].join('\t');
}

/** Reads what `writtenWord` wrote. */
export function readWords(lines: readonly string[]): ReadonlyMap<string, WordWeights> {
  return new Map(
    lines.map((line) => {
      const [word = '', rarity, weights = ''] = line.split('\t');
      return [word, { rarity: Number(rarity), weights: weights.split(' ').map((weight) => Number(weight) / SCALE) }];
    }),
  );
}

/** Length of the vector of the words of one exchange, whatever their number. */
const LENGTH = 3;

const wordsOf = (text: string): string[] =>
  (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[a-z']+|\d+|\?/g) ?? []
  ).map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|ly)$/, '') : word));

const bucket = (name: string, value: number, most: number): string => `${name}${Math.min(most, value)}`;

/**
 * The words of an exchange by which it is filed: stems, pairs and triples of them, each with who says it, how it opens and
 * ends, how questions begin, how long it is, and who talks more.
 */
export function sectionWords(dialogue: string): ReadonlySet<string> {
  const found = new Set<string>();
  const lines = dialogue.split('\n').filter((line) => line.trim() !== '');
  for (const [i, line] of lines.entries()) {
    addLine(found, line, i < 2);
  }
  const spoken = (who: RegExp): string[] => lines.filter((line) => who.test(line));
  const [doctor, patient] = [spoken(/^doctor/i), spoken(/^patient/i)];
  for (const word of wordsOf(lines.slice(-2).join(' '))) {
    found.add(`end:${word}`);
  }
  for (const line of doctor) {
    const words = wordsOf(line.replace(/^\w+:/, ''));
    found.add(`asks:${words.slice(0, 3).join(' ')}`).add(`asks:${words.slice(0, 2).join(' ')}`);
  }
  const [told, answered] = [doctor.join(' ').length, patient.join(' ').length];
  found.add(bucket('length', Math.round(2 * Math.log2(1 + wordsOf(dialogue).length)) - 4, 12));
  found.add(bucket('turns', lines.length, 14));
  found.add(bucket('questions', dialogue.split('?').length - 1, 8));
  found.add(bucket('no', patient.filter((line) => /^patient: *(?:no|nope|not|none|never)\b/i.test(line)).length, 6));
  found.add(`talk${Math.round((4 * told) / (told + answered + 1))}`);
  return patient.length > 0 ? found : found.add('no patient');
}

function addLine(found: Set<string>, line: string, isOpening: boolean): void {
  const speaker = /^(\w+):/.exec(line)?.[1]?.toLowerCase() ?? '';
  const who = speaker === 'doctor' ? 'd' : speaker === 'patient' ? 'p' : 'g';
  if (who === 'g') {
    found.add(`speaker:${speaker}`);
  }
  const words = wordsOf(line.replace(/^\w+:/, ''));
  words.forEach((word, k) => {
    found.add(word).add(`${who}:${word}`);
    if (k + 1 < words.length) {
      found.add(`${word} ${words[k + 1]}`);
    }
    if (k + 2 < words.length) {
      found.add(`${word} ${words[k + 1]} ${words[k + 2]}`);
    }
    if (isOpening) {
      found.add(`open:${who}:${word}`);
    }
  });
  if (who === 'p' && words[0] !== undefined) {
    found.add(`answers:${words[0]}`);
  }
}

/** The words that are known, each with its rarity over the length of all. */
export function weighted(
  words: ReadonlySet<string>,
  rarityOf: (word: string) => number | undefined,
): readonly (readonly [string, number])[] {
  const rare = [...words].flatMap((word): (readonly [string, number])[] => {
    const rarity = rarityOf(word);
    return rarity === undefined ? [] : [[word, rarity]];
  });
  const length = Math.sqrt(rare.reduce((sum, [, rarity]) => sum + rarity ** 2, 0)) || 1;
  return rare.map(([word, rarity]) => [word, (rarity / length) * LENGTH]);
}
