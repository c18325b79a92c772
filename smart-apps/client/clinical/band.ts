import type { CodeableConcept } from '@medplum/fhirtypes';
import { bandThreshold, codeSystemUrl, standardSystem } from '@mindbridge/fhir-profiles';

/** The bands of the risk score; `unknown` when a resource does not say (never drawn as low). */
export type Band = 'critical' | 'high' | 'medium' | 'low' | 'unknown';

/** Rank of a band for comparing two of them; unknown counts as low. */
export const BAND_RANK: Readonly<Record<Band, number>> = { unknown: 0, low: 0, medium: 1, high: 2, critical: 3 };

const STANDARD: Readonly<Record<string, Band>> = { low: 'low', moderate: 'medium', high: 'high' };

function isBand(code: string | undefined): code is Band {
  return code === 'critical' || code === 'high' || code === 'medium' || code === 'low';
}

/** The band that a list of concepts states: ours first, the standard risk-probability second, else unknown. */
export function bandOf(concepts: readonly (CodeableConcept | undefined)[] | undefined): Band {
  const codings = (concepts ?? []).flatMap((concept) => concept?.coding ?? []);
  const own = codings.find((coding) => coding.system === codeSystemUrl.riskBand && isBand(coding.code))?.code;
  if (isBand(own)) {
    return own;
  }
  const standard = codings.find((coding) => coding.system === standardSystem.riskProbability)?.code;
  return (standard && STANDARD[standard]) || 'unknown';
}

/** The band of a score from 0 to 100. */
export function bandOfScore(score: number | undefined): Band {
  if (score === undefined || Number.isNaN(score)) {
    return 'unknown';
  }
  if (score >= bandThreshold.critical) {
    return 'critical';
  }
  if (score >= bandThreshold.high) {
    return 'high';
  }
  return score >= bandThreshold.medium ? 'medium' : 'low';
}

/** True for critical and high: critical is the top of high and counts within it. */
export function isHigh(band: Band): boolean {
  return band === 'critical' || band === 'high';
}
