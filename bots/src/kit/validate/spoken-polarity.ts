import { findTerms, type TermIndex } from '../lexicon/term-index.ts';
import type { Source } from './source.ts';

/** Said to be there, said not to be there. */
export type Polarity = 'yes' | 'no';

const SAID_NO =
  /^(?:no|not|n't|never|without|denies|denied|deny|negative|none|nope|nothing|free|nor|neither|isn't|don't|didn't|haven't)$/;
const ANSWER = {
  no: /^(?:\W*(?:um|uh|well|oh|hmm|mm|okay|you know|i mean|actually)\W+)*(?:no|nope|not|none|never|nah|nothing|i (?:have|do|did|am|was|would|ca|could)(?: ?n't| not| never)|i've never|neither)\b/i,
  yes: /^(?:\W*(?:um|uh|well|oh|hmm|mm|okay|you know|i mean|actually)\W+)*(?:yes|yeah|yep|yup|a little|some|sometimes|i do|i have|i did|i am|mm-hmm|uh-huh|occasionally|sure|definitely|absolutely|correct|it does|it is|a bit|a lot)\b/i,
};
const ASKING =
  /^(?:have|any|has|had|do|does|did|are|is|was|were|can|could|how|what|when|ever|experienc\w*|notic\w*|feel\w*)$/;
const REACH = 14;

/** How a mention at a token of the source was meant: stated, denied, or asked and answered; both when it stays open. */
export function polarityAt(source: Source, first: number): Polarity[] {
  const turn = source.turnOf[first] ?? 0;
  const before = clauseBefore(source, first, turn);
  const end = sentenceEnd(source, first, turn);
  const denied = before.some((word) => SAID_NO.test(word));
  const asked = end === '?' || (end === undefined && soundsAsked(before, denied));
  if (!asked) {
    return [denied ? 'no' : 'yes'];
  }
  const answer = source.turns[turn + 1]?.text ?? '';
  return ANSWER.no.test(answer) ? ['no'] : ANSWER.yes.test(answer) ? ['yes'] : ['yes', 'no'];
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

/** Without punctuation, the words before tell a question: "any …", "have you …". */
function soundsAsked(before: readonly string[], denied: boolean): boolean {
  return (before.includes('you') && before.some((word) => ASKING.test(word))) || (before.includes('any') && !denied);
}

/** For each concept said: whether it was said to be there, not to be there, or both. */
export function saidPolarities(source: Source, index: TermIndex<string>): Map<string, Set<Polarity>> {
  const said = new Map<string, Set<Polarity>>();
  for (const mention of findTerms(index, source.tokens)) {
    const known = said.get(mention.concept) ?? new Set<Polarity>();
    for (const polarity of polarityAt(source, mention.first)) {
      known.add(polarity);
    }
    said.set(mention.concept, known);
  }
  return said;
}
