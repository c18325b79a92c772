import type { MeasureReport, MeasureReportGroup } from '@medplum/fhirtypes';
import { codeSystemUrl, identifierSystem } from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { bandCounts, trend } from './bands-report.ts';

const coded = (code: string): { coding: { system: string; code: string }[] } => ({
  coding: [{ system: codeSystemUrl.riskBand, code }],
});
const empty: MeasureReport = {
  resourceType: 'MeasureReport',
  status: 'complete',
  type: 'summary',
  measure: 'm',
  period: {},
};
const report = (day: string, group: MeasureReportGroup[]): MeasureReport => ({
  ...empty,
  identifier: [{ system: identifierSystem.riskBands, value: day }],
  group,
});

it('counts by groups', () => {
  const groups = [
    { code: coded('high'), population: [{ count: 12 }] },
    { code: coded('medium'), population: [{ count: 45 }] },
    { code: coded('low'), population: [{ count: 143 }] },
    { code: coded('critical'), population: [{ count: 2 }] },
  ];
  expect(bandCounts(report('2026-02-10', groups))).toEqual({
    day: '2026-02-10',
    high: 12,
    medium: 45,
    low: 143,
    critical: 2,
    total: 200,
  });
});

it('counts by strata and by coded populations alike', () => {
  const strata = [{ stratifier: [{ stratum: [{ value: coded('high'), population: [{ count: 3 }] }] }] }];
  expect(bandCounts(report('2026-02-10', strata)).high).toBe(3);
  const populations = [
    {
      population: [
        { code: coded('low'), count: 5 },
        { code: coded('high'), count: 4 },
      ],
    },
  ];
  expect(bandCounts(report('2026-02-10', populations))).toMatchObject({ low: 5, high: 4 });
});

it('counts zero in an empty report', () => expect(bandCounts(empty)).toMatchObject({ total: 0, day: '' }));

it('gives one point a day, oldest first, the last ones only', () => {
  const days = ['2026-02-03', '2026-02-01', '2026-02-02'].map((day) => report(day, []));
  expect(trend(days, 2).map((point) => point.day)).toEqual(['2026-02-02', '2026-02-03']);
  expect(trend([empty], 30)).toEqual([]);
});
