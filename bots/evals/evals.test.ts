/** The bench on a small set of our own, with the floors that CI enforces; the large measures run with `npm run evals`. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';
import { openData } from './data.ts';
import { type Evaluation, type Measure, percentile, standing } from './measure.ts';
import { measureCoding } from './measures/coding.ts';
import { measureDrafts } from './measures/drafts.ts';
import { measureNegation } from './measures/negation.ts';
import { measureSections } from './measures/sections.ts';
import { measureValidator } from './measures/validator.ts';
import { rouge } from './rouge.ts';

const own = openData(fileURLToPath(new URL('own', import.meta.url)));
const nothing = openData('/nonexistent');
const value = (evaluation: Evaluation | undefined, id: string): number | undefined =>
  evaluation?.measures.find((measure) => measure.id === id)?.value;

describe('the bench on our own set', () => {
  it('finds every planted error and leaves the true notes alone', () => {
    const evaluation = measureValidator(own);
    expect(evaluation?.items.filter((item) => !item.ok).map((item) => [item.id, item.detail])).toEqual([]);
    expect(value(evaluation, 'A9')).toBe(1);
  });

  it('reads negation', () => {
    expect(value(measureNegation(own), 'F2')).toBe(1);
  });

  it('drafts nothing that nobody said, above the floor of ROUGE', () => {
    const evaluation = measureDrafts(own);
    expect(value(evaluation, 'B2')).toBe(0);
    expect(value(evaluation, 'B1')).toBeGreaterThanOrEqual(38);
  });

  it('files parts of a visit under their headings', () => {
    expect(value(measureSections(own), 'B3')).toBeGreaterThanOrEqual(90);
  });

  it('codes problems and lay terms, from the table only', () => {
    const evaluation = measureCoding(own);
    expect(value(evaluation, 'C1')).toBe(0);
    expect(value(evaluation, 'C2')).toBe(100);
    const [first, ten] = evaluation?.measures.filter(({ id }) => id === 'C3').map((measure) => measure.value) ?? [];
    expect(first).toBeGreaterThanOrEqual(80);
    expect(ten).toBeGreaterThanOrEqual(90);
  });

  it('is skipped where the data is absent', () => {
    const measures = [measureValidator, measureNegation, measureDrafts, measureSections, measureCoding];
    expect(measures.map((measure) => measure(nothing))).toEqual(measures.map(() => undefined));
  });
});

describe('the bench on public data, where it is present', () => {
  const folder = process.env.TEST_DATA;

  it.skipIf(measureSections(openData(folder)) === undefined)('B3 stands at its goal', () => {
    expect(value(measureSections(openData(folder)), 'B3')).toBeGreaterThanOrEqual(75);
  });
});

describe('the tools of the bench', () => {
  it('reads quoted CSV', () => {
    expect(parseCsv('a,b\n"x ""y"", z","1\n2"\n')).toEqual([{ a: 'x "y", z', b: '1\n2' }]);
    expect(parseCsv('a,b\r\n1,\r\n')).toEqual([{ a: '1', b: '' }]);
  });

  it('scores texts as ROUGE does', () => {
    expect(rouge('the cat sat', 'the cat sat')).toEqual({ one: 100, two: 100, lsum: 100 });
    expect(rouge('the cat', 'a dog')).toEqual({ one: 0, two: 0, lsum: 0 });
    expect(rouge('the cat sat', 'the dog sat').one).toBeCloseTo(66.67, 1);
  });

  it('tells where a value stands', () => {
    const measure: Measure = { id: 'X', name: 'x', value: 90, unit: '%', floor: 80, goal: 95, better: 'high', n: 1 };
    expect([measure, { ...measure, value: 95 }, { ...measure, value: 79 }].map(standing)).toEqual([
      'floor',
      'goal',
      'below',
    ]);
    expect(standing({ ...measure, better: 'low', floor: 20, goal: 8, value: 8 })).toBe('goal');
    expect(percentile([1, 2, 3, 4, 100], 0.8)).toBe(4);
  });
});
