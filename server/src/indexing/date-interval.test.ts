import { describe, expect, test } from 'vitest';
import { dateInterval } from './date-interval.ts';

// https://hl7.org/fhir/R4/search.html#date
const iso = (text: string): string[] | undefined => {
  const interval = dateInterval(text);
  return interval && [new Date(interval.low).toISOString(), new Date(interval.high).toISOString()];
};

describe('dateInterval', () => {
  test.each([
    ['2021', '2021-01-01T00:00:00.000Z', '2022-01-01T00:00:00.000Z'],
    ['2021-12', '2021-12-01T00:00:00.000Z', '2022-01-01T00:00:00.000Z'],
    ['2020-02-29', '2020-02-29T00:00:00.000Z', '2020-03-01T00:00:00.000Z'],
    ['2021-09-30T10:15', '2021-09-30T10:15:00.000Z', '2021-09-30T10:16:00.000Z'],
    ['2021-09-30T10:15:30+02:00', '2021-09-30T08:15:30.000Z', '2021-09-30T08:15:31.000Z'],
    ['2021-09-30T10:15:30.5Z', '2021-09-30T10:15:30.500Z', '2021-09-30T10:15:30.600Z'],
    ['2021-09-30T10:15:30.123456Z', '2021-09-30T10:15:30.123Z', '2021-09-30T10:15:30.124Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z', '0001-01-02T00:00:00.000Z'],
  ])('%s', (text, low, high) => {
    expect(iso(text)).toEqual([low, high]);
  });

  test.each(['2021-13', '2021-02-29', '2021-1-1', '20', 'yesterday', '2021-01-01T25:00', '2021-01-01 10:00'])(
    'refuses %s',
    (text) => {
      expect(dateInterval(text)).toBeUndefined();
    },
  );
});
