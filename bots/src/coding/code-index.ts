import { editDistance } from '../kit/text/index.ts';
import type { CodeEntry, CodeTable } from './code-table.ts';
import { medicalWords, saysLittle } from './medical-words.ts';

/** A code with how well it fits a name. */
export interface RankedCode {
  readonly entry: CodeEntry;
  readonly score: number;
}

/** A code table made ready for search by words. */
export interface CodeIndex {
  readonly entries: readonly CodeEntry[];
  /** Place in `entries` of each code. */
  readonly byCode: ReadonlyMap<string, number>;
  readonly byDescription: ReadonlyMap<string, number>;
  /** Entries that hold a word. */
  readonly postings: ReadonlyMap<string, readonly number[]>;
  /** Weight of all words of each entry. */
  readonly weights: Float64Array;
  weightOf(word: string): number;
  /** Words of the table by their first three letters, for misspellings. */
  readonly byStart: ReadonlyMap<string, readonly string[]>;
}

/** Prepares a table for search. */
export function indexCodes(table: CodeTable): CodeIndex {
  const postings = new Map<string, number[]>();
  const words = table.entries.map((entry) => [...new Set(medicalWords(entry.description))]);
  words.forEach((each, at) => {
    for (const word of each) {
      const list = postings.get(word);
      if (list) {
        list.push(at);
      } else {
        postings.set(word, [at]);
      }
    }
  });
  const total = table.entries.length;
  const weightOf = (word: string): number => {
    const idf = Math.log(1 + total / (1 + (postings.get(word)?.length ?? 0)));
    return saysLittle(word) ? idf * 0.15 : idf;
  };
  const byStart = new Map<string, string[]>();
  for (const word of postings.keys()) {
    const start = word.slice(0, 3);
    byStart.set(start, [...(byStart.get(start) ?? []), word]);
  }
  return {
    entries: table.entries,
    byCode: new Map(table.entries.map((entry, at) => [entry.code, at])),
    byDescription: new Map(table.entries.map((entry, at) => [entry.description.toLowerCase(), at])),
    postings,
    weights: Float64Array.from(words, (each) => each.reduce((sum, word) => sum + weightOf(word), 0)),
    weightOf,
    byStart,
  };
}

/** Words of an entry that the name does not ask for: they make it more special than the name, which counts against it. */
const SPECIAL = 0.42;
/** Words that mark the general code of a family: wanted when the name is no more special. */
const GENERAL_WORDS = ['unspecifi', 'unspecified'];

/** Ranks the codes of a table by how well their descriptions fit a name. */
export function searchCodes(index: CodeIndex, name: string, limit: number): RankedCode[] {
  const asked = [...new Set(medicalWords(name))].map((word) =>
    index.postings.has(word) ? word : nearestWord(index, word),
  );
  const wanted = asked.reduce((sum, word) => sum + index.weightOf(word), 0);
  const found = new Map<number, number>();
  for (const word of asked) {
    for (const at of index.postings.get(word) ?? []) {
      found.set(at, (found.get(at) ?? 0) + index.weightOf(word));
    }
  }
  const general = new Set(GENERAL_WORDS.flatMap((word) => index.postings.get(word) ?? []));
  return Array.from(found, ([at, matched]) => {
    const extra = Math.max(0, (index.weights[at] ?? 0) - matched);
    const bonus = general.has(at) ? 0.02 : 0;
    return { entry: index.entries[at] as CodeEntry, score: matched / (wanted + SPECIAL * extra) + bonus };
  })
    .sort((a, b) => b.score - a.score || (a.entry.code < b.entry.code ? -1 : 1))
    .slice(0, limit);
}

/** A word that the table does not have: the one that is nearest in spelling, or that shares its beginning. */
function nearestWord(index: CodeIndex, word: string): string {
  if (word.length < 5 || /\d/.test(word)) {
    return word;
  }
  const candidates = index.byStart.get(word.slice(0, 3)) ?? [];
  const limit = word.length >= 8 ? 2 : 1;
  const spelled = candidates
    .map((each) => ({ each, distance: editDistance(each, word, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)[0];
  const beginning = word.slice(0, Math.max(6, word.length - 4));
  const begun =
    word.length >= 8
      ? candidates.filter((each) => each.startsWith(beginning)).sort((a, b) => a.length - b.length)[0]
      : undefined;
  return spelled?.each ?? begun ?? word;
}
