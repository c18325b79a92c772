import type { Consent } from '@medplum/fhirtypes';
import { consentCoding } from '@mindbridge/fhir-profiles';

const SCOPE = { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' };

/** The patient's consent to have one visit recorded and written down, as the clinician heard it. @see https://hl7.org/fhir/R4/consent.html */
export function consentToRecording(patient: string, encounter: string, now: Date): Consent {
  const at = now.toISOString();
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [SCOPE] },
    category: [{ coding: [consentCoding.visitRecording] }],
    patient: { reference: `Patient/${patient}` },
    dateTime: at,
    policyRule: { text: 'This visit may be recorded and transcribed for the clinical note.' },
    provision: {
      type: 'permit',
      period: { start: at },
      data: [{ meaning: 'instance', reference: { reference: `Encounter/${encounter}` } }],
    },
  };
}
