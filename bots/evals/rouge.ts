/** F1 of ROUGE-1, ROUGE-2 and ROUGE-Lsum, in percent. */
export interface Rouge {
  readonly one: number;
  readonly two: number;
  readonly lsum: number;
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function grams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const gram = tokens.slice(i, i + n).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function f1(hits: number, candidate: number, reference: number): number {
  return hits === 0 ? 0 : (200 * hits) / (candidate + reference);
}

function overlap(a: string, b: string, n: number): number {
  const [x, y] = [grams(words(a), n), grams(words(b), n)];
  let hits = 0;
  for (const [gram, count] of x) {
    hits += Math.min(count, y.get(gram) ?? 0);
  }
  const size = (counts: Map<string, number>): number =>
    Array.from(counts.values()).reduce((sum, each) => sum + each, 0);
  return f1(hits, size(x), size(y));
}

/** Places in `reference` of one longest common subsequence with `candidate`. */
function commonPlaces(reference: readonly string[], candidate: readonly string[]): number[] {
  const width = candidate.length + 1;
  const table = new Uint16Array((reference.length + 1) * width);
  for (let i = 1; i <= reference.length; i++) {
    for (let j = 1; j <= candidate.length; j++) {
      const same = reference[i - 1] === candidate[j - 1];
      const [up = 0, left = 0, diagonal = 0] = [
        table[(i - 1) * width + j],
        table[i * width + j - 1],
        table[(i - 1) * width + j - 1],
      ];
      table[i * width + j] = same ? diagonal + 1 : Math.max(up, left);
    }
  }
  const places: number[] = [];
  for (let i = reference.length, j = candidate.length; i > 0 && j > 0; ) {
    if (reference[i - 1] === candidate[j - 1]) {
      places.push(i - 1);
      i--;
      j--;
    } else if ((table[(i - 1) * width + j] ?? 0) > (table[i * width + j - 1] ?? 0)) {
      i--;
    } else {
      j--;
    }
  }
  return places;
}

/** Union of the common subsequences of each reference line with all candidate lines. */
function lsum(candidate: string, reference: string): number {
  const lines = (text: string): string[][] =>
    text
      .split('\n')
      .map(words)
      .filter((line) => line.length > 0);
  const [candidates, references] = [lines(candidate), lines(reference)];
  const left = grams(candidates.flat(), 1);
  const leftReference = grams(references.flat(), 1);
  let hits = 0;
  for (const line of references) {
    const places = new Set(candidates.flatMap((each) => commonPlaces(line, each)));
    for (const place of places) {
      const word = line[place] ?? '';
      if ((left.get(word) ?? 0) > 0 && (leftReference.get(word) ?? 0) > 0) {
        hits++;
        left.set(word, (left.get(word) ?? 0) - 1);
        leftReference.set(word, (leftReference.get(word) ?? 0) - 1);
      }
    }
  }
  return f1(hits, candidates.flat().length, references.flat().length);
}

/** Compares a draft with a reference as the reference implementation does: lower case, no stemming, newline split for Lsum. @see https://aclanthology.org/W04-1013/ */
export function rouge(candidate: string, reference: string): Rouge {
  return {
    one: overlap(candidate, reference, 1),
    two: overlap(candidate, reference, 2),
    lsum: lsum(candidate, reference),
  };
}
