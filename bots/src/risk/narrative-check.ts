import type { Assessment } from './assessment.ts';
import type { Band } from './bands.ts';
import { factorValue } from './engine.ts';
import type { FactorCode } from './facts.ts';
import { shownNumber } from './narrative.ts';
import type { Trend } from './trend.ts';

/** Something a model's prose says that the assessment does not. */
export interface Mismatch {
  readonly kind: 'number' | 'factor' | 'band' | 'trend' | 'negation';
  /** The words of the prose that do not hold. */
  readonly text: string;
}

type Topic = FactorCode | 'score' | 'contact';

/** Words that name a topic. Longer names stand first, so that `PHQ-9 item 9` is not read as `PHQ-9`. */
const topicPatterns: readonly (readonly [Topic, RegExp])[] = [
  [
    'phq-9-item-9',
    /phq[- ]?9,? (?:item|question) (?:9|nine)\b|\bitem (?:9|nine) of the phq[- ]?9|thoughts of self[- ]harm/gi,
  ],
  ['phq-9', /phq[- ]?9|patient health questionnaire(?:[- ]9)?|depression (?:score|scale)/gi],
  ['gad-7', /gad[- ]?7|anxiety (?:score|scale)/gi],
  ['c-ssrs', /c-?ssrs(?: items?)?|columbia[- \w]*?scale(?: items?)?/gi],
  ['crisis-calls', /crisis(?:[- ]line)?(?: (?:calls?|contacts?))|calls? to the crisis (?:line|team)|crisis call/gi],
  [
    'medication-adherence',
    /(?:medication |treatment )?(?:adherence|compliance|adherent)|doses? taken|of (?:his|her|their|the) (?:doses|medication)/gi,
  ],
  [
    'missed-appointments',
    /missed (?:\w+ )?(?:appointments?|visits?)|(?:appointments?|visits?) (?:were |was )?missed|no[- ]?shows?/gi,
  ],
  [
    'days-since-seen',
    /last seen|not (?:been )?seen|since (?:the |their |his |her )?last (?:visit|seen|contact)|days? (?:ago|since)|unseen/gi,
  ],
  ['contact', /\bcontact(?:ed)?\b|\bevaluat(?:ion|ed)\b|follow[- ]?up|check[- ]?ins?|outreach/gi],
  ['score', /\bscor(?:e|es|ed|ing)\b|\brisk\b|\bout of\b|\bpoints?\b/gi],
];

const units = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const teens = ['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety', 'hundred'];

/** Number words that prose may use; a ten and a unit may follow each other, as in "fifty-two". */
const numberWords: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...units, ...teens].map((word, value) => [word, value])),
  ...Object.fromEntries(tens.map((word, i) => [word, 20 + 10 * i])),
  dozen: 12,
  once: 1,
  twice: 2,
};

const NUMBER = new RegExp(
  `\\b\\d+(?:\\.\\d+)?(?:st|nd|rd|th)?\\b|\\b(?:${Object.keys(numberWords).join('|')})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?\\b`,
  'gi',
);
const VAGUE = /\b(?:half|quarter|third|double|triple|several|dozens|most|majority|percent of)\b/i;
const CLAUSE = /[.;:!?()]\s|[;:()]|,\s|\b(?:and|but|while|with|plus|whereas)\b/i;
const NEGATED = /\b(?:no|none|without|never|denies|denied|zero)\b/i;
const MISSING = /\b(?:unknown|not documented|missing|unavailable|no record|not recorded|out of date|undocumented)\b/i;
const MISSING_LIST = /^(?:not documented|out of date|unknown|missing):/i;
const RISING = /\b(?:increas\w*|ris(?:e|es|en|ing)|rose|wors\w*|higher|climb\w*|deteriorat\w*|up from|escalat\w*)\b/i;
const STEADY = /\b(?:steady|stable|unchanged|flat|plateau\w*)\b/i;
const FALLING = /\b(?:decreas\w*|fall\w*|fell|improv\w*|lower|dropp?\w*|declin\w*|down from|better)\b/i;

/**
 * Compares a model's prose with the assessment: every number must belong to the factor it stands beside, every factor
 * named must be known, band, trend and negation must hold. Strict on purpose: a sentence that cannot be placed is a
 * mismatch, and the caller falls back to the embedded narrative. The recommendation, word for word, always holds.
 */
export function checkNarrative(narrative: string, assessment: Assessment): Mismatch[] {
  const prose = narrative.replaceAll(assessment.recommendation, '');
  const mismatches: Mismatch[] = [...checkBands(prose, assessment), ...checkVague(prose)];
  for (const sentence of prose.split(/(?<=[.!?])\s+/)) {
    let inherited: Topic | undefined;
    const listsMissing = MISSING_LIST.test(sentence);
    for (const clause of sentence.split(CLAUSE).filter((part) => part.trim() !== '')) {
      const mentions = topicsOf(clause);
      mismatches.push(...checkClause({ text: clause, mentions, inherited, listsMissing }, assessment));
      inherited = mentions.at(-1)?.topic ?? inherited;
    }
  }
  return mismatches;
}

interface Mention {
  readonly topic: Topic;
  readonly start: number;
  readonly end: number;
}

function topicsOf(clause: string): Mention[] {
  const found: Mention[] = [];
  for (const [topic, pattern] of topicPatterns) {
    for (const match of clause.matchAll(pattern)) {
      const mention = { topic, start: match.index, end: match.index + match[0].length };
      if (!found.some((each) => mention.start < each.end && each.start < mention.end)) {
        found.push(mention);
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** A part of a sentence, with what the sentence says about it. */
interface Clause {
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** Topic of the clause before, for a clause that names none. */
  readonly inherited: Topic | undefined;
  /** Does the sentence open a list of what is missing, as "Not documented: …"? */
  readonly listsMissing: boolean;
}

function checkClause(clause: Clause, assessment: Assessment): Mismatch[] {
  const { text, mentions, inherited } = clause;
  const numbers = [...text.matchAll(NUMBER)].filter(
    (match) => !mentions.some((mention) => match.index >= mention.start && match.index < mention.end),
  );
  const wrongNumbers = numbers.filter((match) => {
    const topic = nearest(match.index, mentions) ?? inherited;
    const allowed = topic && [...allowedNumbers(topic, assessment), ...weeklyNumbers(clause, topic, assessment)];
    return !allowed?.includes(shownNumber(numberOf(match[0])));
  });
  return [
    ...wrongNumbers.map((match): Mismatch => ({ kind: 'number', text: match[0] })),
    ...mentions.flatMap((mention) => checkMention(clause, mention, assessment)),
    ...checkTrend(clause, assessment),
  ];
}

function nearest(position: number, mentions: readonly Mention[]): Topic | undefined {
  const gap = (mention: Mention): number =>
    Math.min(Math.abs(mention.start - position), Math.abs(position - mention.end));
  return [...mentions].sort((a, b) => gap(a) - gap(b))[0]?.topic;
}

function numberOf(text: string): number {
  const plain = text.toLowerCase().replace(/(?:st|nd|rd|th)$/, '');
  if (/^\d/.test(plain)) {
    return Number.parseFloat(plain);
  }
  return plain.split(/[- ]/).reduce((sum, word) => sum + (numberWords[word] ?? Number.NaN), 0);
}

/** The numbers that prose may put beside a topic. */
function allowedNumbers(topic: Topic, assessment: Assessment): Set<string> {
  const { score, change, facts } = assessment;
  if (topic === 'contact') {
    return new Set(['24', ...(assessment.recommendation.match(/\d+/g) ?? [])]);
  }
  if (topic === 'score') {
    const previous = change ? [change.fromScore, change.toScore, Math.abs(change.toScore - change.fromScore)] : [];
    return new Set([score.score, 100, ...previous].map(shownNumber));
  }
  const windows: Readonly<Partial<Record<FactorCode, number>>> = { 'crisis-calls': 30, 'missed-appointments': 90 };
  const value = factorValue(topic, facts)?.value;
  const moves = assessment.counterfactuals
    .filter((each) => each.factor === topic)
    .flatMap((each) => [each.from, each.to]);
  const changed = (change?.factors ?? [])
    .filter((each) => each.factor === topic)
    .flatMap((each) => [each.from, each.to]);
  const numbers = [value, windows[topic], ...moves, ...changed].filter((each) => each !== undefined);
  return new Set(numbers.map(shownNumber));
}

/** The numbers that prose may put beside a topic when it speaks of weeks. */
function weeklyNumbers({ text }: Clause, topic: Topic, assessment: Assessment): string[] {
  const trend = WEEKS.test(text) ? trendAbout(topic, assessment) : undefined;
  return trend ? [Math.abs(trend.perWeek), trend.weeks, 1].map(shownNumber) : [];
}

function checkMention(clause: Clause, mention: Mention, assessment: Assessment): Mismatch[] {
  if (mention.topic === 'score' || mention.topic === 'contact') {
    return [];
  }
  const text = clause.text.slice(mention.start, mention.end);
  const known = factorValue(mention.topic, assessment.facts);
  const saysMissing = clause.listsMissing || MISSING.test(clause.text);
  if (!known) {
    return saysMissing ? [] : [{ kind: 'factor', text }];
  }
  const before = clause.text.slice(0, mention.start);
  const counts =
    mention.topic === 'crisis-calls' || mention.topic === 'missed-appointments' || mention.topic === 'c-ssrs';
  const negated = counts && NEGATED.test(before) && known.value > 0;
  const denied = saysMissing && !known.stale;
  return negated || denied ? [{ kind: 'negation', text: clause.text.trim() }] : [];
}

const bandPattern =
  /\b(low|medium|moderate|high|critical|severe|elevated|minimal|extreme)(?:[- ]level)?[- ]risk\b|\brisk(?: band| level)?(?: is| remains| was|:)? (low|medium|moderate|high|critical|severe|minimal|extreme)\b/gi;

const bandOfWord: Readonly<Record<string, readonly Band[]>> = {
  low: ['low'],
  minimal: ['low'],
  medium: ['medium'],
  moderate: ['medium'],
  high: ['high', 'critical'],
  elevated: ['medium', 'high', 'critical'],
  critical: ['critical'],
  severe: ['critical'],
  extreme: ['critical'],
};

function checkBands(prose: string, assessment: Assessment): Mismatch[] {
  return [...prose.matchAll(bandPattern)]
    .filter((match) => {
      const word = (match[1] ?? match[2] ?? '').toLowerCase();
      return !(bandOfWord[word] ?? []).includes(assessment.score.band);
    })
    .map((match) => ({ kind: 'band', text: match[0] }));
}

function checkVague(prose: string): Mismatch[] {
  const match = VAGUE.exec(prose);
  return match ? [{ kind: 'number', text: match[0] }] : [];
}

function checkTrend({ text, mentions, inherited }: Clause, assessment: Assessment): Mismatch[] {
  const said = [FALLING, STEADY, RISING].map((pattern) => pattern.test(text));
  if (!said.includes(true)) {
    return [];
  }
  const topic = mentions[0]?.topic ?? inherited ?? 'score';
  const move = WEEKS.test(text) ? trendMovement(topic, assessment) : movement(topic, assessment);
  const holds = said.filter((each) => each).length === 1 && said.indexOf(true) - 1 === Math.sign(move);
  return holds ? [] : [{ kind: 'trend', text: text.trim() }];
}

const WEEKS = /\bweeks?\b/i;

const trendAbout = (topic: Topic, { trends }: Assessment): Trend | undefined => trends.find(({ of }) => of === topic);

/** Direction in which a topic's value moved over the last weeks; not a number where no trend is known. */
function trendMovement(topic: Topic, assessment: Assessment): number {
  const trend = trendAbout(topic, assessment);
  return trend ? (trend.direction === 'steady' ? 0 : trend.perWeek) : Number.NaN;
}

/** Direction in which a topic's value moved since the last assessment: positive, negative, or 0 for not at all. */
function movement(topic: Topic, assessment: Assessment): number {
  const { change } = assessment;
  if (!change || topic === 'contact') {
    return 0;
  }
  if (topic === 'score') {
    return change.toScore - change.fromScore;
  }
  const moved = change.factors.find((each) => each.factor === topic);
  return moved?.from === undefined || moved.to === undefined ? 0 : moved.to - moved.from;
}
