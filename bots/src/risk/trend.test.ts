/** Trends of the last weeks: a straight line through one value of each day, told only where there is enough to tell. */
import { describe, expect, it } from 'vitest';
import { trendOf } from './trend.ts';

const today = '2026-02-10';
const rising = [
  { day: '2026-02-10', value: 60 },
  { day: '2026-02-03', value: 50 },
  { day: '2026-01-27', value: 40 },
];

describe('trendOf', () => {
  it('tells slope, weeks and number of days', () => {
    expect(trendOf('score', rising, today)).toEqual({
      of: 'score',
      direction: 'rising',
      perWeek: 10,
      weeks: 2,
      values: 3,
      since: '2026-01-27',
    });
    const falling = rising.map(({ day, value }) => ({ day, value: 100 - value }));
    expect(trendOf('score', falling, today)).toMatchObject({ direction: 'falling', perWeek: -10 });
  });

  it('takes the newest value of a day', () => {
    const often = [...rising.slice(0, 1), { day: '2026-02-10', value: 0 }, ...rising.slice(1)];
    expect(trendOf('score', often, today)).toEqual(trendOf('score', rising, today));
  });

  it('calls what hardly moves steady', () => {
    const still = rising.map(({ day }, i) => ({ day, value: 50 + (i % 2) }));
    expect(trendOf('score', still, today)?.direction).toBe('steady');
  });

  it.each([
    ['of two days', rising.slice(0, 2)],
    ['of less than a week', rising.map(({ value }, i) => ({ day: `2026-02-0${9 - i}`, value }))],
    ['of long ago', rising.map(({ value }, i) => ({ day: `2025-0${9 - i}-01`, value }))],
    ['of nothing', []],
  ])('tells no trend %s', (_what, values) => {
    expect(trendOf('score', values, today)).toBeUndefined();
  });
});
