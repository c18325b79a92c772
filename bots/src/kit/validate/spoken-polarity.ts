import { findTerms, type TermIndex } from '../lexicon/term-index.ts';
import type { Source } from './source.ts';

/** Said to be there, said not to be there, asked without an answer. */
export type Polarity = 'yes' | 'no' | 'open';

const SAID_NO =
  /^(?:no|not|n't|never|without|denies|denied|deny|negative|none|nope|nothing|free|nor|neither|isn't|don't|didn't|haven't)$/;
const ANSWER = {
  no: /^(?:\W*(?:um|uh|well|oh|hmm|mm|okay|you know|i mean|actually)\W+)*(?:no|nope|not|none|never|nah|nothing|i (?:have|do|did|am|was|would|ca|could)(?: ?n't| not| never)|i've never|neither)\b/i,
  yes: /^(?:\W*(?:um|uh|well|oh|hmm|mm|okay|you know|i mean|actually)\W+)*(?:yes|yeah|yep|yup|a little|some|sometimes|i do|i have|i did|i am|mm-hmm|uh-huh|occasionally|sure|definitely|absolutely|correct|it does|it is|a bit|a lot)\b/i,
};
const ASKING =
  /^(?:have|any|has|had|do|does|did|are|is|was|were|can|could|how|what|when|ever|experienc\w*|notic\w*|feel\w*)$/;
const REACH = 14;

/** "Your breathing", "that cough": it is there, or nobody would speak of it so; a question about it asks for more. */
const PRESUPPOSED = /^(?:your|my|that|this|the)$/;
/** "If you develop a fever", "call us should the pain return": nothing is said of today. */
const SUPPOSED = /\b(?<!know )(?:if|unless|should|whenever)\b(?! you(?:'ve| have)? (?:had|have|has)\b)/;
/** Words that only seem to deny: "i don't know if", "not only". */
const NO_DENIAL = /\b(?:(?:do|did|does)(?: ?n't| not)|not) (?:know|sure|only|just|certain|worry|forget)\b/g;
const SHORT = 5;

/** How a mention at a token of the source was meant: stated, denied, or asked and answered; undefined where it is only supposed. */
export function polarityAt(source: Source, first: number): Polarity | undefined {
  const turn = source.turnOf[first] ?? 0;
  const before = clauseBefore(source, first, turn);
  if (SUPPOSED.test(before.join(' '))) {
    return undefined;
  }
  const denied = before
    .join(' ')
    .replace(NO_DENIAL, '')
    .split(' ')
    .some((word) => SAID_NO.test(word));
  const end = sentenceEnd(source, first, turn);
  const isKnown = PRESUPPOSED.test(before.at(-1) ?? '') && !denied;
  const asked = !isKnown && (end === '?' || (end === undefined && soundsAsked(source, before, denied, turn)));
  if (!asked) {
    return denied ? 'no' : 'yes';
  }
  return answerTo(source, first, turn);
}

/** The next turn answers, or the asker says it with the question: "any nausea or anything like that no". */
function answerTo(source: Source, first: number, turn: number): Polarity {
  const rest = source.text.slice(source.tokens[first]?.start ?? 0, source.turns[turn]?.end);
  const answer = source.turns[turn + 1]?.text ?? '';
  if (ANSWER.no.test(answer) || /\bno\W*$/i.test(rest)) {
    return 'no';
  }
  return ANSWER.yes.test(answer) ? 'yes' : 'open';
}

/** Words of the same sentence part before a token. */
function clauseBefore(source: Source, first: number, turn: number): string[] {
  const words: string[] = [];
  for (let i = first - 1; i >= 0 && first - i <= REACH && source.turnOf[i] === turn; i--) {
    const gap = source.text.slice(source.tokens[i]?.end ?? 0, source.tokens[i + 1]?.start ?? 0);
    const word = source.tokens[i]?.text ?? '';
    if (/[.?!;]/.test(gap) || word === 'but') {
      break;
    }
    words.unshift(word);
  }
  return words;
}

/** The mark that ends the sentence of a token within its turn; undefined without punctuation. */
function sentenceEnd(source: Source, first: number, turn: number): string | undefined {
  const start = source.tokens[first]?.start ?? 0;
  const end = source.turns[turn]?.end ?? source.text.length;
  return /[.?!]/.exec(source.text.slice(start, Math.max(start, end)))?.[0];
}

/** Without punctuation, the words before tell a question: "any …", "have you …", "what about …"; so does a few words that are answered. */
function soundsAsked(source: Source, before: readonly string[], denied: boolean, turn: number): boolean {
  const said = source.turns[turn]?.text ?? '';
  const answer = source.turns[turn + 1]?.text ?? '';
  const isShort = said.split(/\s+/).length <= SHORT && (ANSWER.no.test(answer) || ANSWER.yes.test(answer));
  return (
    (before.includes('you') && before.some((word) => ASKING.test(word))) ||
    (!denied && (before.includes('any') || before.includes('about') || isShort))
  );
}

/** What several mentions say together: an open question counts only where nobody stated or denied the thing elsewhere. */
export function saidTogetherAs(mentions: readonly (Polarity | undefined)[]): Set<Polarity> {
  const all = mentions.filter((each) => each !== undefined);
  const clear = all.filter((each) => each !== 'open');
  return new Set(clear.length > 0 ? clear : all);
}

/** For each concept said: whether it was said to be there, not to be there, or both. */
export function saidPolarities(source: Source, index: TermIndex<string>): Map<string, Set<Polarity>> {
  const mentions = Map.groupBy(findTerms(index, source.tokens), (mention) => mention.concept);
  return new Map(
    Array.from(mentions, ([concept, list]) => [
      concept,
      saidTogetherAs(list.map((mention) => polarityAt(source, mention.first))),
    ]),
  );
}
