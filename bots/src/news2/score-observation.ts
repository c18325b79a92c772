import type { Coding, Observation, ObservationComponent } from '@medplum/fhirtypes';
import { news2RiskCoding, observationCoding, standardSystem, surveyCategory } from '@mindbridge/fhir-profiles';
import { botCanonical, labelled } from '../kit/index.ts';
import { type NewsParameter, type NewsRisk, type NewsScore, newsParameters, type Vitals } from './engine.ts';

/** Everything that one score Observation says. */
export interface NewsDraft {
  readonly patientId: string;
  readonly vitals: Vitals;
  readonly score: NewsScore;
  /** Versioned references of everything that the score stands on. */
  readonly basis: readonly string[];
  /** Key of this run; the same event gives the same key. */
  readonly runKey: string;
  readonly now: Date;
}

const parameterCoding: Readonly<Record<NewsParameter, Coding>> = {
  respiratoryRate: observationCoding.news2RespiratoryRate,
  oxygenSaturation: observationCoding.news2OxygenSaturation,
  supplementalOxygen: observationCoding.news2SupplementalOxygen,
  systolicPressure: observationCoding.news2SystolicPressure,
  pulse: observationCoding.news2Pulse,
  consciousness: observationCoding.news2Consciousness,
  temperature: observationCoding.news2Temperature,
};

const riskCoding: Readonly<Record<NewsRisk, Coding>> = {
  low: news2RiskCoding.low,
  'low-medium': news2RiskCoding.lowMedium,
  medium: news2RiskCoding.medium,
  high: news2RiskCoding.high,
};

const unknownCoding: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  code: 'unknown',
  display: 'Unknown',
};

/** A NEWS2 score as an Observation: the sum, the risk, and the points of each parameter. @see https://hl7.org/fhir/R4/observation.html */
export function newsObservation(draft: NewsDraft): Observation {
  const { score } = draft;
  const risk = { coding: [riskCoding[score.risk]] };
  return labelled<Observation>({
    resourceType: 'Observation',
    identifier: [{ system: botCanonical.newsRun, value: draft.runKey }],
    status: 'final',
    category: [{ coding: [surveyCategory] }],
    code: { coding: [observationCoding.news2] },
    subject: { reference: `Patient/${draft.patientId}` },
    effectiveDateTime: draft.now.toISOString(),
    valueQuantity: { value: score.score, unit: '{score}', system: standardSystem.ucum, code: '{score}' },
    interpretation: [risk, ...(score.unknown.length > 0 ? [{ text: warningOf(score) }] : [])],
    derivedFrom: draft.basis.map((reference) => ({ reference })),
    component: [
      { code: { coding: [observationCoding.news2Risk] }, valueCodeableConcept: risk },
      ...newsParameters.map((parameter) => componentOf(parameter, draft)),
    ],
  });
}

/** A missing parameter has no points and says so; a stale one keeps its points and says so. */
function componentOf(parameter: NewsParameter, { score, vitals }: NewsDraft): ObservationComponent {
  const code = { coding: [parameterCoding[parameter]] };
  const points = score.points[parameter];
  if (points === undefined) {
    return { code, dataAbsentReason: { coding: [unknownCoding] } };
  }
  return { code, valueInteger: points, ...(vitals[parameter]?.stale && { interpretation: [{ text: 'stale' }] }) };
}

function warningOf({ unknown }: NewsScore): string {
  const names = unknown.map((parameter) => parameterCoding[parameter].display?.replace('NEWS2 points: ', ''));
  return `Missing or stale: ${names.join(', ')}. The score may be too low.`;
}
