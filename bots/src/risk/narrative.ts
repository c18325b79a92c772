import type { Assessment } from './assessment.ts';
import type { Band } from './bands.ts';
import type { Counterfactual } from './counterfactual.ts';
import type { Contribution } from './engine.ts';
import type { FactorCode } from './facts.ts';
import type { Trend } from './trend.ts';

/** How a factor is said in a sentence. */
const phrases: Readonly<Record<FactorCode, (value: string) => string>> = {
  'crisis-calls': (value) => `${value} crisis ${value === '1' ? 'call' : 'calls'} in 30 days`,
  'medication-adherence': (value) => `medication adherence ${value} %`,
  'missed-appointments': (value) => `${value} missed ${value === '1' ? 'appointment' : 'appointments'} in 90 days`,
  'days-since-seen': (value) => `last seen ${value} ${value === '1' ? 'day' : 'days'} ago`,
  'phq-9': (value) => `PHQ-9 total ${value}`,
  'phq-9-item-9': (value) => `PHQ-9 item 9 answered ${value}`,
  'gad-7': (value) => `GAD-7 total ${value}`,
  'c-ssrs': (value) => (value === '0' ? 'no positive C-SSRS item' : `C-SSRS item ${value} positive`),
};

/** What people call a factor. */
export const factorNames: Readonly<Record<FactorCode, string>> = {
  'crisis-calls': 'crisis calls',
  'medication-adherence': 'medication adherence',
  'missed-appointments': 'missed appointments',
  'days-since-seen': 'days since last seen',
  'phq-9': 'PHQ-9',
  'phq-9-item-9': 'PHQ-9 item 9',
  'gad-7': 'GAD-7',
  'c-ssrs': 'C-SSRS',
};

const bandWords: Readonly<Record<Band, string>> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

/** A number as people read it: at most one decimal. */
export function shownNumber(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The embedded engine's narrative: the assessment in plain sentences, every number taken from it. */
export function narrate(assessment: Assessment): string {
  const { score, change } = assessment;
  const sentences = [
    `Risk score ${score.score} of 100, ${bandWords[score.band]}.`,
    listFactors(score.contributions),
    hasFloor(score.contributions) ? 'An answer about suicide puts the patient at critical whatever the sum.' : '',
    unknownSentence(score.unknowns, score.contributions),
    change ? changeSentence(change.fromScore, change.toScore) : '',
    ...assessment.trends.map(trendSentence),
    ...assessment.counterfactuals.slice(0, 1).map((each) => counterfactualSentence(each)),
    assessment.recommendation,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function listFactors(contributions: readonly Contribution[]): string {
  const parts = contributions
    .filter((each): each is Contribution & { factor: FactorCode; value: number } => isRaised(each))
    .sort((a, b) => b.points - a.points)
    .map((each) => phrases[each.factor](shownNumber(each.value)));
  return parts.length === 0 ? 'No factor raises the score.' : `${capitalise(parts.join('; '))}.`;
}

function isRaised(each: Contribution): boolean {
  const fromChart = each.factor !== 'cap' && each.factor !== 'floor' && each.value !== undefined;
  return fromChart && (each.points > 0 || (each.factor === 'phq-9-item-9' && (each.value ?? 0) > 0));
}

function hasFloor(contributions: readonly Contribution[]): boolean {
  return contributions.some((each) => each.factor === 'floor');
}

function unknownSentence(unknowns: readonly FactorCode[], contributions: readonly Contribution[]): string {
  const stale = unknowns.filter((factor) =>
    contributions.some((each) => each.factor === factor && each.state === 'stale'),
  );
  const missing = unknowns.filter((factor) => !stale.includes(factor) && isExpected(factor));
  const parts = [
    missing.length > 0 ? `Not documented: ${missing.map((factor) => factorNames[factor]).join(', ')}.` : '',
    stale.length > 0 ? `Out of date: ${stale.map((factor) => factorNames[factor]).join(', ')}.` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Factors that every chart should hold; a missing questionnaire is shown in the list of factors only. */
function isExpected(factor: FactorCode): boolean {
  return factor === 'medication-adherence' || factor === 'days-since-seen';
}

function changeSentence(from: number, to: number): string {
  return from === to
    ? 'The score has not changed since the last assessment.'
    : `The score was ${from} at the last assessment.`;
}

const trendNames: Readonly<Record<Trend['of'], string>> = { score: 'score', 'phq-9': 'PHQ-9', 'gad-7': 'GAD-7' };

/** What the weeks before say, beyond the last assessment; a steady instrument is not worth a sentence. */
function trendSentence({ of, direction, perWeek, weeks }: Trend): string {
  const over = `Over ${weeks} ${weeks === 1 ? 'week' : 'weeks'} the ${trendNames[of]} has`;
  if (direction === 'steady') {
    return of === 'score' ? `${over} been steady.` : '';
  }
  return `${over} ${direction === 'rising' ? 'risen' : 'fallen'} by ${shownNumber(Math.abs(perWeek))} a week.`;
}

function counterfactualSentence(change: Counterfactual): string {
  const { factor, from, to, band } = change;
  return `The smallest change that moves the band: ${factorNames[factor]} from ${shownNumber(from)} to ${shownNumber(to)} (${bandWords[band]}).`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
