import type { Consent, ConsentProvision } from '@medplum/fhirtypes';

/** Label of records of a substance use program. @see https://terminology.hl7.org/CodeSystem-v3-ActCode.html */
export const PART_TWO = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' };

/** A patient's consent about records under 42 CFR Part 2; `more` says what it permits. `patient` is an id. */
export function partTwoConsent(patient: string, more: Partial<Consent>): Consent {
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    policyRule: { text: '42 CFR Part 2' },
    patient: { reference: `Patient/${patient}` },
    ...more,
  };
}

/** What such a consent permits: the recipient, by reference, gets labelled records. */
export function releaseTo(recipient: string, more: Partial<ConsentProvision> = {}): ConsentProvision {
  return {
    type: 'permit',
    securityLabel: [PART_TWO],
    actor: [{ role: { text: 'recipient' }, reference: { reference: recipient } }],
    ...more,
  };
}
