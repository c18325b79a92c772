/** PHQ-9, GAD-7 and C-SSRS: items to total, total to published severity and to points, at both sides of each cut-off. */
import type { QuestionnaireResponse } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { factorPoints } from './engine.ts';
import { instrumentReadings } from './instruments.ts';
import { severityOf } from './severity.ts';

const now = Date.parse('2026-02-10T12:00:00Z');
const phq9 = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8'];
const gad7 = ['69725-0', '68509-9', '69733-4', '69734-2', '69735-9', '69689-8', '69736-7'];

function response(answers: Readonly<Record<string, number>>): QuestionnaireResponse {
  return {
    resourceType: 'QuestionnaireResponse',
    id: 'r',
    status: 'completed',
    authored: '2026-02-09T12:00:00Z',
    item: Object.entries(answers).map(([linkId, valueInteger]) => ({ linkId, answer: [{ valueInteger }] })),
  };
}
const read = (answers: Readonly<Record<string, number>>) => instrumentReadings([], [response(answers)], now, 'UTC');

/** Answers from 0 to 3 that sum to a total, the last item as low as it can be. */
function answersOf(items: readonly string[], total: number): Record<string, number> {
  let left = total;
  return Object.fromEntries(
    items.map((item) => {
      const answer = Math.min(3, left);
      left -= answer;
      return [item, answer];
    }),
  );
}

describe.each([
  ['phq-9', phq9, [0, 4, 5, 9, 10, 14, 15, 19, 20, 27]],
  ['gad-7', gad7, [0, 4, 5, 9, 10, 14, 15, 21]],
] as const)('%s from its items', (factor, items, totals) => {
  it.each(totals)('sums to %i', (total) => {
    const { phq9: phq, gad7: gad } = read(answersOf(items, total));
    expect((factor === 'phq-9' ? phq : gad).map(({ value }) => value)).toEqual([total]);
  });

  it('has no total while an item is unanswered', () => {
    const { phq9: phq, gad7: gad } = read(answersOf(items.slice(1), 3));
    expect([...phq, ...gad]).toEqual([]);
  });
});

describe('severity and points', () => {
  it.each([
    ['phq-9', 4, 'minimal', 0],
    ['phq-9', 5, 'mild', 2],
    ['phq-9', 9, 'mild', 2],
    ['phq-9', 10, 'moderate', 4],
    ['phq-9', 14, 'moderate', 4],
    ['phq-9', 15, 'moderately severe', 7],
    ['phq-9', 19, 'moderately severe', 7],
    ['phq-9', 20, 'severe', 10],
    ['phq-9', 27, 'severe', 10],
    ['gad-7', 4, 'minimal', 0],
    ['gad-7', 5, 'mild', 1],
    ['gad-7', 9, 'mild', 1],
    ['gad-7', 10, 'moderate', 3],
    ['gad-7', 14, 'moderate', 3],
    ['gad-7', 15, 'severe', 5],
    ['gad-7', 21, 'severe', 5],
    ['c-ssrs', 0, 'all answers no', 0],
    ['c-ssrs', 1, 'low risk', 5],
    ['c-ssrs', 2, 'low risk', 10],
    ['c-ssrs', 3, 'moderate risk', 15],
    ['c-ssrs', 4, 'high risk', 20],
    ['c-ssrs', 6, 'high risk', 20],
  ] as const)('%s at %i is %s', (factor, value, severity, points) => {
    expect(severityOf(factor, value)).toBe(severity);
    expect(factorPoints[factor](value)).toBe(points);
  });

  it('names none for what is no instrument', () => {
    expect(severityOf('crisis-calls', 6)).toBeUndefined();
  });
});

describe('C-SSRS screener', () => {
  it.each([1, 2, 3, 4, 5, 6])('reads item %i', (item) => {
    const items = Object.fromEntries([1, 2, 3, 4, 5, 6].map((each) => [`cssrs-item-${each}`, Number(each === item)]));
    const { cssrsItems } = read(items);
    expect(cssrsItems[item - 1]?.map(({ value }) => value)).toEqual([1]);
    expect(cssrsItems.flat().filter(({ value }) => value === 1)).toHaveLength(1);
  });
});
