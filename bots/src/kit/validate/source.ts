import { type Drug, drugClasses, drugs } from '../lexicon/drugs.ts';
import { findTerms, type TermIndex, type TermMention, termIndex } from '../lexicon/term-index.ts';
import {
  allNumbers,
  editDistance,
  isStopWord,
  soundKey,
  stem,
  type Token,
  type Turn,
  tokenize,
  turns,
} from '../text/index.ts';

/** Medicines by every name. */
export const drugIndex: TermIndex<Drug> = termIndex(
  drugs.flatMap((drug) => drug.names.map((name) => [name, drug] as const)),
);

/** Class names of medicines. */
export const drugClassIndex: TermIndex<string> = termIndex(
  Array.from(drugClasses.keys(), (name) => [name, name] as const),
);

/** What was said and what the chart holds, read once for all checks. */
export interface Source {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly stems: readonly string[];
  /** Token positions of each stem. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  /** Token positions of each number that may be meant, as text of the value. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
  /** Token positions at which a number begins, rising. */
  readonly numberPlaces: readonly number[];
  readonly turns: readonly Turn[];
  /** For each token, the index of its turn. */
  readonly turnOf: readonly number[];
  /** Positions at which a number begins that is not part of a longer one, by the text of its value. */
  readonly wholeNumbers: ReadonlyMap<string, readonly number[]>;
  readonly drugs: readonly TermMention<Drug>[];
  readonly drugClasses: readonly TermMention<string>[];
  /** Sound keys of the words and joined word pairs that may be a misheard name, by their first sound. */
  readonly sounds: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** Every different stem of six letters or more. */
  readonly words: readonly string[];
  /** Names that were looked for by their sound, with the places found: a memory, so that each is compared once. */
  readonly heard: Map<string, readonly number[]>;
  /** Places at which "left" and "right" are sides, found once. */
  readonly sides: Map<string, readonly number[]>;
}

function indexPositions<T>(values: Iterable<readonly [key: string, at: T]>): Map<string, T[]> {
  const positions = new Map<string, T[]>();
  for (const [key, at] of values) {
    const list = positions.get(key);
    if (list) {
      list.push(at);
    } else {
      positions.set(key, [at]);
    }
  }
  return positions;
}

/** Reads transcript and chart texts for the checks. */
export function readSource(transcript: string, chart: readonly string[] = []): Source {
  const text = [transcript, ...chart].join('\n');
  const tokens = tokenize(text);
  const stems = tokens.map((token) => stem(token.text));
  const drugMentions = findTerms(drugIndex, tokens);
  const numbers = allNumbers(text, tokens);
  const said = [...turns(transcript), chartTurn(transcript, text)];
  const named = new Set(drugMentions.flatMap((mention) => range(mention.first, mention.next)));
  return {
    text,
    tokens,
    stems,
    positions: indexPositions(stems.map((each, at) => [each, at] as const)),
    numbers: indexPositions(numbers.map((each) => [String(each.value), each.first] as const)),
    numberPlaces: [...new Set(numbers.map((each) => each.first))].sort((a, b) => a - b),
    turns: said,
    turnOf: turnsOfTokens(tokens, said),
    wholeNumbers: indexPositions(
      numbers.filter((each) => each.whole).map((each) => [String(each.value), each.first] as const),
    ),
    drugs: drugMentions,
    drugClasses: findTerms(drugClassIndex, tokens),
    sounds: soundsOf(tokens, named),
    words: [...new Set(stems)].filter((word) => word.length >= 6),
    heard: new Map(),
    sides: new Map(),
  };
}

/** What the chart holds stands after the last word that was said. */
function chartTurn(transcript: string, text: string): Turn {
  const start = Math.min(transcript.length + 1, text.length);
  return { number: 0, speaker: 'chart', text: text.slice(start), start, end: text.length };
}

function turnsOfTokens(tokens: readonly Token[], said: readonly Turn[]): number[] {
  let turn = 0;
  return tokens.map((token) => {
    while (turn + 1 < said.length && (said[turn + 1]?.start ?? 0) <= token.start) {
      turn++;
    }
    return turn;
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Sound keys of what may be a misheard name with their places, by first sound: words alone, and joined with their neighbours. */
function soundsOf(tokens: readonly Token[], named: ReadonlySet<number>): Map<string, Map<string, number[]>> {
  const sounds = new Map<string, Map<string, number[]>>();
  tokens.forEach((token, at) => {
    if (named.has(at) || /\d/.test(token.text)) {
      return;
    }
    const next = named.has(at + 1) || isStopWord(token.text) ? undefined : tokens[at + 1]?.text;
    for (const word of next ? [token.text, token.text + next] : [token.text]) {
      if (word.length >= 5 && word.length <= 24) {
        addSound(sounds, soundKey(word), at);
      }
    }
  });
  return sounds;
}

function addSound(sounds: Map<string, Map<string, number[]>>, key: string, at: number): void {
  const first = key.charAt(0);
  const keys = sounds.get(first) ?? new Map<string, number[]>();
  const places = keys.get(key);
  if (places) {
    places.push(at);
  } else {
    keys.set(key, [at]);
  }
  sounds.set(first, keys);
}

/** Is a name said that sounds like this one? */
export function isHeard(name: string, source: Source): boolean {
  return heardAt(name, source).length > 0;
}

/** Token places at which a name is said that sounds like this one. Names below six letters must be equal, so they never match here. */
export function heardAt(name: string, source: Source): readonly number[] {
  const known = source.heard.get(name);
  if (known !== undefined) {
    return known;
  }
  const plain = name.replace(/[^a-z]/g, '');
  const key = soundKey(plain);
  const limit = key.length >= 8 ? 2 : key.length >= 6 ? 1 : 0;
  const candidates = plain.length < 6 ? [] : [...(source.sounds.get(key.charAt(0)) ?? [])];
  const places = candidates.flatMap(([sound, at]) => (editDistance(key, sound, limit) <= limit ? at : []));
  source.heard.set(name, places);
  return places;
}

/** Stems of the words that carry content. */
export function contentStems(text: string): string[] {
  return tokenize(text)
    .filter((token) => !isStopWord(token.text) && token.text.length > 1)
    .map((token) => stem(token.text));
}

/** Are all these stems said within a window of tokens? */
export function saidTogether(stems: readonly string[], source: Source, window: number): boolean {
  const lists = stems.map((each) => source.positions.get(each) ?? []);
  const rarest = [...lists].sort((a, b) => a.length - b.length)[0];
  return rarest?.some((at) => lists.every((list) => list.some((other) => Math.abs(other - at) <= window))) ?? false;
}

/** Is this word said, in another form or misspelt too? Long words may differ in their ending: "reconstruction", "reconstructed". */
export function isSaid(stemmed: string, source: Source): boolean {
  if (source.positions.has(stemmed)) {
    return true;
  }
  if (stemmed.length < 6) {
    return false;
  }
  const beginning = stemmed.slice(0, stemmed.length - (stemmed.length >= 10 ? 4 : 2));
  return isHeard(stemmed, source) || (beginning.length >= 6 && source.words.some((word) => word.startsWith(beginning)));
}
