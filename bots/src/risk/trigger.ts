import type { BotEvent } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { idempotencyKey, idOf, inputResource, referenceParameters } from '../kit/index.ts';

/** Who is to be assessed, and under which key. */
export interface RiskRequest {
  /** Patient ids, each once, in the order asked for. */
  readonly patientIds: readonly string[];
  /** Key of the event, or undefined when somebody asked by hand and no key was given. */
  readonly key?: string;
}

/** Reads an event: the resource that triggered it, a Patient, or Parameters with many `patient` references. */
export function riskRequest(event: BotEvent): RiskRequest {
  const resource = inputResource(event);
  const patientIds = resource ? [...new Set(patientsOf(resource))] : [];
  const byHand = resource?.resourceType === 'Patient' || resource?.resourceType === 'Parameters';
  const key = byHand ? idempotencyKey({ ...event, input: undefined }) : idempotencyKey(event);
  return { patientIds, key };
}

function patientsOf(resource: Resource): string[] {
  const ids = (references: readonly (string | undefined)[]): string[] =>
    references.flatMap((reference) => idOf({ reference }, 'Patient') ?? []);
  switch (resource.resourceType) {
    case 'Patient':
      return resource.id ? [resource.id] : [];
    case 'Parameters':
      return ids(referenceParameters(resource, 'patient'));
    case 'Observation':
    case 'Encounter':
    case 'QuestionnaireResponse':
      return ids([resource.subject?.reference]);
    case 'Appointment':
      return ids((resource.participant ?? []).map((one) => one.actor?.reference));
    default:
      return [];
  }
}
