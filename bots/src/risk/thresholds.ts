import type { Basic, Extension } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { versionedReference } from '../kit/index.ts';
import { areSound, type Band, type BandCuts, bands, standardCuts } from './bands.ts';

/** When a clinic wants to be alerted, how long an alert may wait, and where the bands begin. */
export interface Thresholds {
  /** The lowest band whose reaching is an alert. */
  readonly alertFrom: Band;
  /** Hours within which an alert is to be acknowledged, before it goes up the ladder. */
  readonly hours: Readonly<Record<Band, number>>;
  /** The lowest score of each band. */
  readonly cuts: BandCuts;
  /** Versioned reference of the resource in which a supervisor set them; absent when they are the standard ones. */
  readonly basis?: string;
}

const standardHours: Thresholds['hours'] = { low: 24, medium: 8, high: 4, critical: 1 };

/** The most hours that a clinic may set; critical stays at its floor. */
const mostHours = { medium: 24, high: 8 } as const;

/** The standard thresholds, with the band that the clinic's setting names; `high` when it names none. */
export function standardThresholds(setting: string | undefined): Thresholds {
  return { alertFrom: bands.find((band) => band === setting) ?? 'high', hours: standardHours, cuts: standardCuts };
}

/**
 * The thresholds that a supervisor set. What is missing, not in order or looser than the floor counts as not set: then the
 * standard holds, as a whole.
 */
export function thresholdsOf(set: Basic | undefined, standard: Thresholds): Thresholds {
  const parts = set?.extension?.find(({ url }) => url === extensionUrl.riskThresholds)?.extension ?? [];
  const part = (url: string) => parts.find((each) => each.url === url);
  const alertFrom = bands.find((band) => band === part('alertFrom')?.valueCode);
  const [medium, high, critical] = ['mediumHours', 'highHours', 'criticalHours'].map((url) => part(url)?.valueInteger);
  const basis = set && versionedReference(set);
  const cuts = cutsOf(parts);
  if (!alertFrom || !basis || !cuts || medium === undefined || high === undefined || critical === undefined) {
    return standard;
  }
  const isOrdered = critical <= high && high <= medium;
  const isBounded = critical === standardHours.critical && high <= mostHours.high && medium <= mostHours.medium;
  return alertFrom !== 'critical' && isOrdered && isBounded
    ? { alertFrom, hours: { low: standardHours.low, medium, high, critical }, cuts, basis }
    : standard;
}

/** Where the bands begin: as set, as standard where nothing is set, undefined when what is set is not sound. */
function cutsOf(parts: readonly Extension[]): BandCuts | undefined {
  const [medium, high, critical] = ['mediumFrom', 'highFrom', 'criticalFrom'].map(
    (name) => parts.find(({ url }) => url === name)?.valueInteger,
  );
  if (medium === undefined && high === undefined && critical === undefined) {
    return standardCuts;
  }
  const cuts = { medium: medium ?? 0, high: high ?? 0, critical: critical ?? 0 };
  return areSound(cuts) ? cuts : undefined;
}
