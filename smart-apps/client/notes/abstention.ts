import type { GuidanceResponse, Resource } from '@medplum/fhirtypes';

/** Why an engine made no draft, in words for the clinician. */
export interface Abstention {
  readonly code: string;
  readonly reason: string;
}

/** Reads an abstention; undefined for any other resource. */
export function abstention(resource: Resource): Abstention | undefined {
  if (resource.resourceType !== 'GuidanceResponse') {
    return undefined;
  }
  const [reason] = (resource as GuidanceResponse).reasonCode ?? [];
  const coding = reason?.coding?.[0];
  return {
    code: coding?.code ?? '',
    reason: reason?.text ?? coding?.display ?? 'The engine could not make a draft that it can prove.',
  };
}
