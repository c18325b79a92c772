import { remember } from './remember.ts';

/** Spellings that sound alike written alike: speech recognition hears sounds, not letters. */
export const soundKey = remember(soundKeyOf);

function soundKeyOf(word: string): string {
  return word
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/^(?:kn|gn|pn)/, 'n')
    .replace(/^x/, 'z')
    .replace(/ph/g, 'f')
    .replace(/(?:ck|ch(?=[rlaou])|q|c(?![eiyh]))/g, 'k')
    .replace(/c(?=[eiy])/g, 's')
    .replace(/z/g, 's')
    .replace(/x/g, 'ks')
    .replace(/y/g, 'i')
    .replace(/th/g, 't')
    .replace(/e(?=$)/, '')
    .replace(/(?:ie|ei|ee|ea)/g, 'i')
    .replace(/(?:ou|oo|ow|oa|au|aw)/g, 'o')
    .replace(/h(?![aeiou])/g, '')
    .replace(/(.)\1+/g, '$1');
}

/** Number of single-letter edits and swaps of neighbours between two words; stops early above a limit. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) {
    return limit + 1;
  }
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1)
      ) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) {
      return limit + 1;
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/** Do two names sound so alike that one may be the other, misheard or misspelt? Short names must be equal. */
export function soundsLike(a: string, b: string): boolean {
  if (a === b) {
    return true;
  }
  if (Math.min(a.length, b.length) < 5) {
    return false;
  }
  const [x, y] = [soundKey(a), soundKey(b)];
  const limit = Math.floor(Math.max(x.length, y.length) * 0.3);
  return editDistance(x, y, limit) <= limit;
}
