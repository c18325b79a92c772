import { expect, it } from 'vitest';
import {
  LOOSEST,
  riskThresholds,
  STANDARD_THRESHOLDS,
  thresholdProblems,
  thresholdsResource,
} from './risk-thresholds.ts';

it('reads the standard from nothing, and what was saved from its resource', () => {
  expect(riskThresholds(undefined)).toEqual(STANDARD_THRESHOLDS);
  expect(riskThresholds({ resourceType: 'Basic', code: {} })).toEqual(STANDARD_THRESHOLDS);
  const set = { ...STANDARD_THRESHOLDS, alertFrom: 'medium', highHours: 2, criticalFrom: 85 } as const;
  expect(riskThresholds(thresholdsResource(undefined, set))).toEqual(set);
});

it('keeps id and version of the one there was', () => {
  const before = { resourceType: 'Basic', id: 'b1', meta: { versionId: '3' }, code: { text: 'x' } } as const;
  expect(thresholdsResource(before, STANDARD_THRESHOLDS)).toMatchObject({
    id: 'b1',
    meta: { versionId: '3' },
    identifier: [{ value: 'clinic' }],
    extension: [{ extension: expect.arrayContaining([{ url: 'criticalHours', valueInteger: 1 }]) }],
  });
});

it.each([
  [{ highHours: 9 }, 'highHours'],
  [{ mediumHours: 3 }, 'highHours'],
  [{ mediumHours: 1.5 }, 'mediumHours'],
  [{ highFrom: 40 }, 'highFrom'],
  [{ criticalFrom: 96 }, 'criticalFrom'],
  [{ criticalFrom: Number.NaN }, 'criticalFrom'],
  [{ highFrom: 80, criticalFrom: 80 }, 'criticalFrom'],
] as const)('says at its field what the server would refuse: %o', (change, field) => {
  expect([...thresholdProblems({ ...STANDARD_THRESHOLDS, ...change }).keys()]).toContain(field);
});

it('takes the standard and the loosest', () => {
  expect(thresholdProblems(STANDARD_THRESHOLDS).size).toBe(0);
  expect(thresholdProblems({ alertFrom: 'high', ...LOOSEST }).size).toBe(0);
});
