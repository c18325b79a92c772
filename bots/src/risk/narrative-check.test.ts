/** A model's prose beside the facts: whatever number or factor is wrong must be found (product.md N3). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, davis } from '../testing/arbitraries.ts';
import { assess } from './assessment.ts';
import { narrate } from './narrative.ts';
import { checkNarrative } from './narrative-check.ts';

const previous = {
  reference: 'RiskAssessment/1/_history/1',
  score: 71,
  band: 'high',
  contributions: [{ factor: 'crisis-calls', points: 12, value: 2 }],
} as const;
const trend = { of: 'score', direction: 'rising', perWeek: 4.2, weeks: 5, values: 6, since: '2026-01-06' } as const;
const falling = { ...trend, of: 'gad-7', direction: 'falling', perWeek: -1.5 } as const;
const assessment = assess(davis, { previous, trendsTo: () => [trend, falling] });

describe('prose that holds', () => {
  it.each([
    'This patient is at critical risk with a score of 95 out of 100.',
    'There were 6 crisis calls in the last 30 days and medication adherence is 25 %.',
    'Six crisis calls in 30 days, four missed appointments, last seen 52 days ago.',
    'The score rose from 71 to 95 since the last assessment.',
    'Contact the patient within 24 hours.',
    'PHQ-9 is not documented.',
    'Over 5 weeks the score has risen by 4.2 a week.',
    'Over 5 weeks the score has risen by 4.2 points a week.',
    'Crisis calls increased from 2 to 6.',
  ])('%s', (prose) => {
    expect(checkNarrative(prose, assessment)).toEqual([]);
  });

  it('accepts the embedded narrative of any patient', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const any = assess(facts);
        expect(checkNarrative(narrate(any), any)).toEqual([]);
      }),
    );
  });
});

describe('prose that does not hold', () => {
  it.each([
    ['a wrong number', 'There were 7 crisis calls in the last 30 days.', 'number'],
    ['a number of another factor', 'There were 4 crisis calls and 6 missed appointments.', 'number'],
    ['swapped numbers in words', 'Twenty-five crisis calls in 30 days.', 'number'],
    ['a wrong score', 'The risk score is 92 out of 100.', 'number'],
    ['a wrong delay', 'Contact the patient within 72 hours.', 'number'],
    ['a number that belongs to nothing', 'The patient is 44 years old.', 'number'],
    ['a vague quantity', 'Half of the doses were taken.', 'number'],
    ['a factor without data', 'The PHQ-9 shows severe depression.', 'factor'],
    ['a wrong band', 'This patient is at moderate risk.', 'band'],
    ['a wrong trend', 'Crisis calls have decreased since the last assessment.', 'trend'],
    ['a trend without a previous value', 'Medication adherence is improving.', 'trend'],
    ['a wrong slope', 'Over 5 weeks the score has risen by 5.2 a week.', 'number'],
    ['a slope without weeks', 'The score has risen by 4.2.', 'number'],
    ['a wrong number of weeks', 'Over 8 weeks the score has risen by 4.2 a week.', 'number'],
    ['a slope turned round', 'Over 5 weeks the score has fallen by 4.2 a week.', 'trend'],
    ['a steady score that rises', 'The score has been steady over 5 weeks.', 'trend'],
    ['a trend that nobody knows', 'Over the last weeks missed appointments have increased.', 'trend'],
    ['a denied factor', 'There were no crisis calls.', 'negation'],
    ['a known factor called missing', 'Medication adherence is not documented.', 'negation'],
  ])('finds %s', (_what, prose, kind) => {
    expect(checkNarrative(prose, assessment).map((each) => each.kind)).toContain(kind);
  });

  it('finds every number of a true narrative that is moved by one', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(), (facts, pick) => {
        const any = assess(facts);
        const prose = narrate(any);
        const numbers = [...prose.matchAll(/(?<![-\w])\d+(?![-\w])/g)].filter(
          (each) => !/item $/.test(prose.slice(0, each.index)),
        );
        const chosen = numbers[pick % numbers.length];
        fc.pre(chosen !== undefined);
        const wrong = String(Number(chosen?.[0]) + 1009);
        const at = chosen?.index ?? 0;
        const moved = prose.slice(0, at) + wrong + prose.slice(at + (chosen?.[0].length ?? 0));
        expect(checkNarrative(moved, any)).not.toEqual([]);
      }),
    );
  });
});
