/** Thresholds of a supervisor: in order, and never looser than the floor. */
import type { Basic } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { clinicThresholds } from '../testing/clinic.ts';
import { standardThresholds, thresholdsOf } from './thresholds.ts';

const standard = standardThresholds(undefined);
const stored = (basic: Basic): Basic => ({ ...basic, id: 't', meta: { versionId: '3' } });
const read = (...set: Parameters<typeof clinicThresholds>) => thresholdsOf(stored(clinicThresholds(...set)), standard);

describe('thresholds', () => {
  it('are those that a supervisor set, with their version', () => {
    expect(read('medium', 12, 2, 1)).toEqual({
      alertFrom: 'medium',
      hours: { low: 24, medium: 12, high: 2, critical: 1 },
      cuts: { medium: 40, high: 70, critical: 90 },
      basis: 'Basic/t/_history/3',
    });
  });

  it.each([
    ['alerts at critical only', 'critical', 8, 4, 1],
    ['no band', 'urgent', 8, 4, 1],
    ['critical waits longer', 'high', 8, 4, 2],
    ['critical waits no time', 'high', 8, 4, 0],
    ['high waits longer than medium', 'high', 3, 4, 1],
    ['high is too late', 'high', 24, 9, 1],
    ['medium is too late', 'high', 25, 8, 1],
  ] as const)('are the standard when %s', (_, alertFrom, medium, high, critical) => {
    expect(read(alertFrom, medium, high, critical)).toBe(standard);
  });

  it('begin the bands where a supervisor says', () => {
    const cuts = { medium: 30, high: 60, critical: 85 };
    expect(thresholdsOf(stored(clinicThresholds('high', 8, 4, 1, cuts)), standard).cuts).toEqual(cuts);
  });

  it.each([
    ['too late', { medium: 40, high: 81, critical: 90 }],
    ['too late at critical', { medium: 40, high: 70, critical: 96 }],
    ['out of order', { medium: 50, high: 50, critical: 90 }],
    ['given in part', { medium: 30, high: 60 }],
    ['not whole', { medium: 30.5, high: 60, critical: 90 }],
  ])('are the standard when bands are %s', (_, cuts) => {
    expect(thresholdsOf(stored(clinicThresholds('high', 8, 4, 1, cuts)), standard)).toBe(standard);
  });

  it('are the standard when nobody set any, with the band of the setting', () => {
    expect(thresholdsOf(undefined, standard)).toBe(standard);
    expect(thresholdsOf({ resourceType: 'Basic', code: {} }, standard)).toBe(standard);
    expect(standardThresholds('medium').alertFrom).toBe('medium');
    expect(standardThresholds('nonsense').alertFrom).toBe('high');
  });
});
