import { stem, type Token } from '../text/index.ts';

/** A term found in a text: which concept, and where. */
export interface TermMention<T> {
  readonly concept: T;
  /** The term as the lexicon has it. */
  readonly term: string;
  readonly start: number;
  readonly end: number;
  /** Index of its first token, and of the one after its last. */
  readonly first: number;
  readonly next: number;
}

interface Entry<T> {
  readonly words: readonly string[];
  readonly term: string;
  readonly concept: T;
}

/** Terms of a lexicon, ready to be found in texts. */
export interface TermIndex<T> {
  readonly byFirst: ReadonlyMap<string, readonly Entry<T>[]>;
}

function wordsOf(term: string): string[] {
  return (term.toLowerCase().match(/\d+(?:[.,]\d+)*|[a-z]+(?:'[a-z]+)*/g) ?? []).map(stem);
}

/** Builds an index of terms; longer terms win over shorter ones that begin alike. */
export function termIndex<T>(entries: Iterable<readonly [term: string, concept: T]>): TermIndex<T> {
  const byFirst = new Map<string, Entry<T>[]>();
  for (const [term, concept] of entries) {
    const words = wordsOf(term);
    const first = words[0];
    if (first !== undefined) {
      const list = byFirst.get(first) ?? [];
      list.push({ words, term, concept });
      byFirst.set(first, list);
    }
  }
  for (const list of byFirst.values()) {
    list.sort((a, b) => b.words.length - a.words.length);
  }
  return { byFirst };
}

/** Finds the terms of an index in tokens, longest first, without overlaps. Endings do not matter. */
export function findTerms<T>(index: TermIndex<T>, tokens: readonly Token[]): TermMention<T>[] {
  const stems = tokens.map((token) => stem(token.text));
  const found: TermMention<T>[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const entry = index.byFirst
      .get(stems[i] ?? '')
      ?.find((each) => each.words.every((word, j) => stems[i + j] === word));
    const last = entry && tokens[i + entry.words.length - 1];
    const first = tokens[i];
    if (entry && first && last) {
      const next = i + entry.words.length;
      found.push({ concept: entry.concept, term: entry.term, start: first.start, end: last.end, first: i, next });
      i = next - 1;
    }
  }
  return found;
}
