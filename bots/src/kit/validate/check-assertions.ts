import { conditions } from '../lexicon/conditions.ts';
import { findings as findingTable } from '../lexicon/findings.ts';
import { findTerms, type TermMention, termIndex } from '../lexicon/term-index.ts';
import { type Token, tokenize } from '../text/index.ts';
import type { Finding } from './finding.ts';
import type { NoteSentence } from './note.ts';
import type { Source } from './source.ts';

const index = termIndex([
  ...conditions.flatMap((each) => each.names.map((name) => [name, each.name] as const)),
  ...findingTable.flatMap((each) => each.names.map((name) => [name, each.name] as const)),
]);

/** Said to be there, said not to be there. */
type Polarity = 'yes' | 'no';

const NOTE_NO = /^(?:denies|denied|denying|no|not|without|negative|absent|never|free|unremarkable|nor|none|n't|cannot)$/;
const NOTE_YES = /^(?:reports|reported|endorses|endorsed|complains|admits|positive|presents|experiences|experiencing|states|notes|has|had|having)$/;
const SAID_NO = /^(?:no|not|n't|never|without|denies|denied|deny|negative|none|nope|nothing|free|nor|ai|neither|isn't|don't)$/;

/** What a draft reports or denies must not be the opposite of what was said. */
export function checkAssertions(sentence: NoteSentence, said: SaidPolarities): Finding[] {
  return findTerms(index, sentence.tokens).flatMap((mention): Finding[] => {
    const claim = notePolarity(sentence.tokens, mention);
    const heard = said.get(mention.concept);
    if (!claim || !heard || heard.has(claim.polarity)) {
      return [];
    }
    const trigger = claim.token;
    const [start, end] = [Math.min(trigger?.start ?? mention.start, mention.start), mention.end];
    const text = sentence.text.slice(start - sentence.start, end - sentence.start);
    const detail = `The draft ${claim.polarity === 'yes' ? 'states' : 'denies'} ${mention.concept}; the opposite was said`;
    return [{ kind: 'negation', severity: 'warn', start, end, text, detail }];
  });
}

interface Claim {
  readonly polarity: Polarity;
  readonly token?: Token;
}

/** The nearest word before the mention that states or denies it; a "but" or a full stop between them ends its reach. */
function notePolarity(tokens: readonly Token[], mention: TermMention<string>): Claim | undefined {
  for (let i = mention.first - 1; i >= 0; i--) {
    const word = tokens[i]?.text ?? '';
    if (NOTE_NO.test(word)) {
      return { polarity: 'no', token: tokens[i] };
    }
    if (NOTE_YES.test(word)) {
      return { polarity: 'yes', token: tokens[i] };
    }
    if (word === 'but' || word === 'however' || word === 'except') {
      return { polarity: 'yes' };
    }
  }
  return undefined;
}

/** For each concept said: whether it was said to be there, not to be there, or both. */
export type SaidPolarities = ReadonlyMap<string, ReadonlySet<Polarity>>;

const ANSWER_NO = /^(?:\W*(?:um|uh|well|oh|hmm|mm)\W+)*(?:no|nope|not|none|never|nah|i (?:have|do|did|am|was|have)n't|i (?:have|do|did) n't|i have not|nothing)\b/i;
const ANSWER_YES = /^(?:\W*(?:um|uh|well|oh|hmm|mm)\W+)*(?:yes|yeah|yep|yup|a little|some|sometimes|i do|i have|i did|i am|mm-hmm|uh-huh|occasionally|sure|definitely|absolutely|correct)\b/i;

/** Reads a conversation: a statement speaks for itself, a question is answered by the next turn. */
export function saidPolarities(source: Source): SaidPolarities {
  const said = new Map<string, Set<Polarity>>();
  source.turns.forEach((turn, i) => {
    const tokens = tokenize(turn.text);
    const answer = source.turns[i + 1]?.text ?? '';
    for (const mention of findTerms(index, tokens)) {
      for (const polarity of spokenPolarities(tokens, mention, turn.text, answer)) {
        const known = said.get(mention.concept) ?? new Set<Polarity>();
        said.set(mention.concept, known.add(polarity));
      }
    }
  });
  return said;
}

function spokenPolarities(tokens: readonly Token[], mention: TermMention<string>, text: string, answer: string): Polarity[] {
  const clause = clauseAround(tokens, mention, text);
  const before = tokens.slice(clause.first, mention.first).map((token) => token.text);
  const isQuestion = asksAbout(text, mention, before);
  if (isQuestion) {
    return ANSWER_NO.test(answer) ? ['no'] : ANSWER_YES.test(answer) ? ['yes'] : ['yes', 'no'];
  }
  return before.some((word) => SAID_NO.test(word)) ? ['no'] : ['yes'];
}

/** Tokens of the sentence part that the mention stands in. */
function clauseAround(tokens: readonly Token[], mention: TermMention<string>, text: string): { readonly first: number } {
  let first = mention.first;
  while (first > 0 && mention.first - first < 12) {
    const gap = text.slice(tokens[first - 1]?.end ?? 0, tokens[first]?.start ?? 0);
    if (/[.?!;]/.test(gap) || tokens[first - 1]?.text === 'but') {
      break;
    }
    first--;
  }
  return { first };
}

const ASKING = /^(?:any|have|has|had|do|does|did|are|is|was|were|can|could|how|what|when|ever|experienc\w*|notic\w*|feel\w*)$/;

/** Does the mention stand in a question? A question mark decides; without punctuation, the words before it. */
function asksAbout(text: string, mention: TermMention<string>, before: readonly string[]): boolean {
  const rest = text.slice(mention.end);
  const end = /[.?!]/.exec(rest);
  if (end) {
    return end[0] === '?';
  }
  return before.some((word) => ASKING.test(word)) && before.includes('you') || before.includes('any');
}
