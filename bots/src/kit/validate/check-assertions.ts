import { conditions } from '../lexicon/conditions.ts';
import { findings as findingTable } from '../lexicon/findings.ts';
import { findTerms, type TermMention, termIndex } from '../lexicon/term-index.ts';
import { isStopWord, stem, type Token } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import type { Source } from './source.ts';
import { type Polarity, polarityAt, saidTogetherAs } from './spoken-polarity.ts';

/** Conditions and findings by every name. */
export const assertionIndex = termIndex([
  ...conditions.flatMap((each) => each.names.map((name) => [name, each.name] as const)),
  ...findingTable.flatMap((each) => each.names.map((name) => [name, each.name] as const)),
]);

const NOTE_NO =
  /^(?:denies|denied|denying|no|not|without|negative|absent|never|free|unremarkable|nor|none|n't|cannot)$/;
const NOTE_YES =
  /^(?:reports|reported|endorses|endorsed|complains|admits|positive|presents|experiences|experiencing|states|notes|has|had|having)$/;
const VERB_NO = /^(?:denies|denied)$/;
const VERB_YES = /^(?:reports|reported|endorses|endorsed|complains|admits|confirms)$/;

/** What was said of each concept, read once for a draft. */
export type SaidPolarities = ReadonlyMap<string, ReadonlySet<Polarity>>;

/** What a draft reports or denies must not be the opposite of what was said. */
export function checkAssertions(sentence: NoteSentence, source: Source, said: SaidPolarities): Finding[] {
  const known = findTerms(assertionIndex, sentence.tokens).flatMap((mention): Finding[] => {
    const claim = notePolarity(sentence.tokens, mention);
    const heard = said.get(mention.concept);
    return claim && heard && heard.size > 0 && !isHeardAs(claim.polarity, heard)
      ? [opposite(claim, mention.concept, mention.end, sentence)]
      : [];
  });
  return [...known, ...checkObjects(sentence, source), ...checkWording(sentence)];
}

/** What was asked and never answered may be denied, for nobody spoke up; it may not be reported. */
function isHeardAs(claim: Polarity, heard: ReadonlySet<Polarity>): boolean {
  return heard.has(claim) || (claim === 'no' && heard.has('open'));
}

interface Claim {
  readonly polarity: Polarity;
  readonly start: number;
}

function opposite(claim: Claim, what: string, end: number, sentence: NoteSentence): Finding {
  const text = sentence.text.slice(claim.start - sentence.start, end - sentence.start);
  const detail = `The draft ${claim.polarity === 'yes' ? 'states' : 'denies'} ${what}; the opposite was said`;
  return { kind: 'negation', severity: 'warn', start: claim.start, end, text, detail };
}

/** The nearest word before the mention that states or denies it; a "but" between them ends its reach. */
function notePolarity(tokens: readonly Token[], mention: TermMention<string>): Claim | undefined {
  for (let i = mention.first - 1; i >= 0; i--) {
    const token = tokens[i];
    const word = token?.text ?? '';
    if (NOTE_NO.test(word) || NOTE_YES.test(word)) {
      return { polarity: NOTE_NO.test(word) ? 'no' : 'yes', start: token?.start ?? mention.start };
    }
    if (word === 'but' || word === 'however' || word === 'except') {
      return { polarity: 'yes', start: mention.start };
    }
  }
  return undefined;
}

/** What stands after "reports" or "denies", in any words: found again in the source by its content words. */
function checkObjects(sentence: NoteSentence, source: Source): Finding[] {
  return sentence.tokens.flatMap((token, at): Finding[] => {
    const polarity = VERB_NO.test(token.text) ? 'no' : VERB_YES.test(token.text) ? 'yes' : undefined;
    const object = polarity ? objectAfter(sentence, at) : [];
    const places = placesOf(
      object.map((each) => stem(each.text)),
      source,
    );
    const heard = saidTogetherAs(places.map((place) => polarityAt(source, place)));
    const last = object.at(-1);
    if (!polarity || !last || heard.size === 0 || heard.has(polarity) || heard.has('open')) {
      return [];
    }
    return [opposite({ polarity, start: token.start }, object.map((each) => each.text).join(' '), last.end, sentence)];
  });
}

const VAGUE =
  /^(?:other|any|symptoms?|history|issues?|problems?|having|experienc\w+|experience|taking|using|utilizing|previous|recent|current|known|personal|significant|associated|new|additional|further|feeling|hearing|patient|time|currently|also|states?|reports?|notes?)$/;

/** Content words of the object of a verb: up to the end of its clause, at most six. */
function objectAfter(sentence: NoteSentence, verb: number): Token[] {
  const object: Token[] = [];
  for (let i = verb + 1; i < sentence.tokens.length && object.length < 6; i++) {
    const token = sentence.tokens[i];
    const gap = sentence.text.slice(
      (sentence.tokens[i - 1]?.end ?? 0) - sentence.start,
      (token?.start ?? 0) - sentence.start,
    );
    if (
      !token ||
      /[,;:]/.test(gap) ||
      /^(?:but|and|or|however|when|since|because|which|who|although|except|after|before)$/.test(token.text)
    ) {
      break;
    }
    if (!isStopWord(token.text) && !VAGUE.test(token.text) && token.text.length > 2) {
      object.push(token);
    }
  }
  return object;
}

const NEAR = 8;
const FEW = 3;

/** Places of the source that speak of the object: most of its words together; a single word counts only when it is rare. */
function placesOf(stems: readonly string[], source: Source): number[] {
  const lists = stems.map((each) => source.positions.get(each) ?? []);
  const scored = lists.flat().map((place) => {
    const together = lists.filter((list) => list.some((other) => Math.abs(other - place) <= NEAR)).length;
    return { place, together };
  });
  const best = Math.max(0, ...scored.map(({ together }) => together));
  const enough = stems.length >= 2 && best >= 2 && best >= stems.length * 0.6;
  const rare = stems.length === 1 && scored.length <= FEW;
  return enough || rare ? scored.filter(({ together }) => together === best).map(({ place }) => place) : [];
}

/**
 * Wordings that show a lost or a gained negation by themselves: "any" and "ever" live under a negation ("reports any
 * pain"), "some" and "occasional" do not ("denies some pain").
 */
const slips: readonly RegExp[] = [
  /\b(?:reports?|reported|endorses?|endorsed|states|notes)\b(?:(?!\b(?:no|not|denies|without|never|if|whether|than)\b)[^.;,]){0,40}?\b(?:ever|any)\b/gi,
  /\b(?:denies|denied)\s+(?:that|some|occasional|mild|moderate|frequent|intermittent|a good|slight)\b/gi,
  /\b(?:denies|denied)\b[^.;]*?,?\s*\bbut\s+(?:denies|denied)\b/gi,
  /\b(?:denies|denied)\b[^.;]{0,60};?\s+however,?\s+(?:he|she|they|the patient)\s+(?:denies|denied)\b/gi,
];

function checkWording(sentence: NoteSentence): Finding[] {
  return slips.flatMap((pattern) =>
    Array.from(sentence.text.matchAll(pattern), (match): Finding => {
      const start = sentence.start + match.index;
      const end = start + match[0].length;
      return {
        kind: 'negation',
        severity: 'warn',
        start,
        end,
        text: match[0],
        detail: 'The wording fits the opposite statement',
      };
    }),
  );
}
