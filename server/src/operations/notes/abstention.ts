import type { GuidanceResponse } from '@medplum/fhirtypes';
import { CANONICAL_BASE, codeSystemUrl } from '@mindbridge/fhir-profiles';

/** Why there is no draft of a visit. */
export interface Abstention {
  readonly patient: string;
  readonly encounter: string;
  readonly at: Date;
  /** Kebab-case, such as `transcript-empty`. */
  readonly code: string;
  /** One sentence for the clinician, without patient data. */
  readonly reason: string;
}

/** The record of an abstention of the scribe. @see https://hl7.org/fhir/R4/guidanceresponse.html */
export function abstentionOf({ patient, encounter, at, code, reason }: Abstention): GuidanceResponse {
  return {
    resourceType: 'GuidanceResponse',
    moduleCanonical: `${CANONICAL_BASE}/bot/soap`,
    status: 'failure',
    subject: { reference: patient },
    encounter: { reference: encounter },
    occurrenceDateTime: at.toISOString(),
    reasonCode: [{ coding: [{ system: codeSystemUrl.abstention, code }], text: reason }],
  };
}
