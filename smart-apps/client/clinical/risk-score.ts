import type { Observation, ObservationComponent } from '@medplum/fhirtypes';
import { codeSystemUrl } from '@mindbridge/fhir-profiles';
import type { Band } from './band.ts';
import { bandOf, bandOfScore } from './band.ts';
import { referencedId } from './patient.ts';

/** One factor as the score Observation carries it, for the list. */
export interface ScoreFactor {
  readonly code: string;
  readonly label: string;
  readonly value?: number;
  readonly unit?: string;
  readonly text?: string;
}

/** The one score of a patient. */
export interface RiskScore {
  readonly id: string;
  readonly version: string;
  readonly patientId: string;
  readonly score?: number;
  readonly band: Band;
  readonly at?: string;
  readonly factors: readonly ScoreFactor[];
}

function factorOf(component: ObservationComponent): ScoreFactor | undefined {
  const coding = component.code?.coding?.find((candidate) => candidate.system === codeSystemUrl.riskFactor);
  if (!coding?.code) {
    return undefined;
  }
  return {
    code: coding.code,
    label: coding.display ?? component.code?.text ?? coding.code,
    value: component.valueQuantity?.value ?? component.valueInteger,
    unit: component.valueQuantity?.unit ?? component.valueQuantity?.code,
    text: component.valueString,
  };
}

/** What a score Observation says. Total: an Observation with nothing in it has an unknown band. */
export function riskScore(observation: Observation): RiskScore {
  const components = observation.component ?? [];
  const score = observation.valueQuantity?.value ?? observation.valueInteger;
  const stated = bandOf([
    ...(observation.interpretation ?? []),
    ...components.map((part) => part.valueCodeableConcept),
  ]);
  return {
    id: observation.id ?? '',
    version: observation.meta?.versionId ?? '',
    patientId: referencedId(observation.subject?.reference, 'Patient') ?? '',
    score,
    band: stated === 'unknown' ? bandOfScore(score) : stated,
    at: observation.effectiveDateTime ?? observation.effectivePeriod?.end ?? observation.effectiveInstant,
    factors: components.map(factorOf).filter((factor): factor is ScoreFactor => factor !== undefined),
  };
}
