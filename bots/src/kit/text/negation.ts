import { type Span, type Token, tokenize } from './tokens.ts';

/** Phrases that negate what follows them. */
const before = [
  'no',
  'not',
  'denies',
  'denied',
  'denying',
  'deny',
  'without',
  'never',
  'none of',
  'nor',
  'neither',
  'cannot',
  "n't",
  'absence of',
  'absent',
  'free of',
  'lack of',
  'lacks',
  'lacked',
  'lacking',
  'negative for',
  'neg for',
  've for',
  'negative',
  'no evidence',
  'no sign of',
  'no signs of',
  'no history of',
  'no complaints of',
  'no evidence of',
  'fails to reveal',
  'failed to reveal',
  'did not reveal',
  'not demonstrate',
  'ruled out',
  'rules out',
  'rule out for',
  'ruled him out',
  'ruled her out',
  'ruled patient out',
  'unremarkable for',
  'with no',
  'not appreciate',
  'not have',
  'not had',
  'non',
  'nontender',
  'exclude',
  'excluded',
  'excludes',
  'excluding',
  'no longer',
  'unlikely',
  'nonpalpable',
  'never had',
  'never developed',
];

/** Phrases that negate what stands before them. */
const after = [
  'not seen',
  'not identified',
  'not present',
  'not demonstrated',
  'not appreciated',
  'not noted',
  'not found',
  'not visualized',
  'not evident',
  'resolved',
  'have resolved',
  'has resolved',
  'is negative',
  'was negative',
  'were negative',
  'are negative',
  'negative',
  'ruled out',
  'was ruled out',
  'is ruled out',
  'have been ruled out',
  'has been ruled out',
  'are ruled out',
  'unlikely',
  'is unlikely',
  'absent',
  'is absent',
  'are absent',
  'was absent',
  'were absent',
  'free',
  'not detected',
  'not observed',
  'denied',
  'is denied',
  'not felt',
  'not associated',
  'not palpable',
  'nonpalpable',
  'declined',
  'was not',
  'were not',
  'is not',
  'are not',
  'did not rule in',
];

/** Phrases that hold a negation word without negating the finding. */
const pseudo = [
  'no increase',
  'no change',
  'no significant change',
  'no interval change',
  'no definite change',
  'no suspicious change',
  'not only',
  'not certain',
  'not certain if',
  'not certain whether',
  'not necessarily',
  'without difficulty',
  'not cause',
  'not drain',
  'gram negative',
  'no further',
  'without any further',
  'not extend',
  'not know',
  'not known',
  'not significantly changed',
  'no new',
  'not at goal',
  'not controlled',
  'not well controlled',
  'not fully controlled',
  'not optimally controlled',
  'not improving',
  'not better',
  'not rule out',
  'not ruled out',
  'cannot be excluded',
  'can not be excluded',
  'cannot be ruled out',
  'could not be excluded',
  'not been ruled out',
  'not excluded',
  'cannot exclude',
  'cannot rule out',
  'no doubt',
  'not improved',
  'not resolved',
  'not to exceed',
  'without improvement',
  'without contrast',
  'no residua of',
  'no specific diagnosis for',
  'no diagnosis for',
  'not be ruled out',
  'not be excluded',
  'not yet',
  'no one',
  'no more than',
  'not entirely',
  'not completely',
  'no significant interval',
  'no worsening',
  'not controlled',
  'not well controlled',
  'no relief',
  'without relief',
  'no improvement',
  'not responding',
  'not well visualized',
  'not taking',
];

/** Words at which the reach of a negation ends. */
const ends = new Set(
  'positive he she they but however although though except which who yet nevertheless besides still cause causes caused etiology source reason secondary aside apart despite when where while since because until other-than presents presented presenting reports reported then given'.split(
    ' ',
  ),
);

type Phrase = readonly string[];
const phrases = (list: readonly string[]): Phrase[] =>
  list.map((each) => tokenize(each).map((token) => token.text)).sort((a, b) => b.length - a.length);
const [beforePhrases, afterPhrases, pseudoPhrases] = [phrases(before), phrases(after), phrases(pseudo)];

const REACH = 18;
const REACH_BACK = 10;

function at(words: readonly string[], i: number, list: readonly Phrase[]): number {
  return list.find((phrase) => phrase.every((word, j) => words[i + j] === word))?.length ?? 0;
}

/**
 * Is a finding negated in its sentence? A trigger before it reaches forward, one after it reaches back, until a word
 * that ends a clause; phrases that only look like negations do not count.
 */
export function isNegated(sentence: string, finding: Span): boolean {
  const tokens = tokenize(sentence);
  const first = tokens.findIndex((token) => token.end > finding.start);
  const last = tokens.findLastIndex((token) => token.start < finding.end);
  if (first < 0 || last < 0) {
    return false;
  }
  return negatedFromBefore(sentence, tokens, first) || negatedFromAfter(sentence, tokens, last);
}

function negatedFromBefore(sentence: string, tokens: readonly Token[], first: number): boolean {
  const words = tokens.map((token) => token.text);
  for (let i = first - 1; i >= 0 && first - i <= REACH; i--) {
    if (isClauseEnd(sentence, tokens, i)) {
      return false;
    }
    const length = at(words, i, beforePhrases);
    if (length > 0 && i + length <= first && !isPseudo(words, i)) {
      return true;
    }
  }
  return false;
}

function negatedFromAfter(sentence: string, tokens: readonly Token[], last: number): boolean {
  const words = tokens.map((token) => token.text);
  for (let i = last + 1; i < tokens.length && i - last <= REACH_BACK; i++) {
    const gap = sentence.slice(tokens[i - 1]?.end ?? 0, tokens[i]?.start ?? 0);
    if (ends.has(words[i] ?? '') || /[;.]/.test(gap) || (/,/.test(gap) && at(words, i, afterPhrases) === 0)) {
      return false;
    }
    if (at(words, i, afterPhrases) > 0 && !isPseudo(words, i)) {
      return true;
    }
  }
  return false;
}

function isClauseEnd(sentence: string, tokens: readonly Token[], i: number): boolean {
  const gap = sentence.slice(tokens[i]?.end ?? 0, tokens[i + 1]?.start ?? 0);
  const word = tokens[i]?.text ?? '';
  const newSubject = /,/.test(gap) && /^(?:the|patient|his|her|it|there|we|i)$/.test(tokens[i + 1]?.text ?? '');
  return ends.has(word) || newSubject || /[;:]|\.\s/.test(gap);
}

/** Does a pseudo-trigger cover the word at this place? */
function isPseudo(words: readonly string[], i: number): boolean {
  for (let start = Math.max(0, i - 3); start <= i; start++) {
    const length = at(words, start, pseudoPhrases);
    if (length > 0 && start + length > i) {
      return true;
    }
  }
  return false;
}
