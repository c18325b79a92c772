import { expect, test } from 'vitest';
import { dateRange } from './date-range.ts';

const range = (...values: string[]) =>
  values.reduce((found, value) => dateRange('date', value, found), {} as ReturnType<typeof dateRange>);
const iso = ({ from, before }: ReturnType<typeof dateRange>) => [from?.toISOString(), before?.toISOString()];

test('prefixes, precisions and zones', () => {
  expect(iso(range('2026'))).toEqual(['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']);
  expect(iso(range('2026-12'))).toEqual(['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']);
  expect(iso(range('ge2026-02-11', 'lt2026-02-12'))).toEqual(['2026-02-11T00:00:00.000Z', '2026-02-12T00:00:00.000Z']);
  expect(iso(range('gt2026-02-11'))).toEqual(['2026-02-12T00:00:00.000Z', undefined]);
  expect(iso(range('le2026-02-11T09:30:00+01:00'))).toEqual([undefined, '2026-02-11T08:30:01.000Z']);
});

test('the narrowest of several counts; nonsense is refused', () => {
  expect(iso(range('ge2026', 'ge2026-03', 'ge2026-02'))).toEqual(['2026-03-01T00:00:00.000Z', undefined]);
  expect(() => range('yesterday')).toThrow(/date such as/);
  expect(() => range('2026-13-45')).toThrow();
});
