import type { BundleEntry, Consent, Encounter, Reference } from '@medplum/fhirtypes';
import { consentCoding, identifierSystem, standardSystem } from '@mindbridge/fhir-profiles';
import type { ClinicReferences } from './chart-context.ts';
import { type ClinicDay, clinicInstant } from './clinic-day.ts';
import { seedEntry, seedIdentifier } from './seed-entry.ts';
import { anxietyVisit, depressionVisit, type SpokenTurn } from './visit-words.ts';

/** A visit of today whose words were recorded, with the patient's consent. It is open: drafting its note is the demo's work. */
export interface RecordedVisit {
  readonly patientNumber: string;
  /** Minutes after the clinic's midnight. */
  readonly minutes: number;
  readonly words: readonly SpokenTurn[];
}

/** The recorded visits of the demo; both patients are the first physician's. */
export const recordedVisits: readonly RecordedVisit[] = [
  { patientNumber: 'P012', minutes: 9 * 60, words: depressionVisit },
  { patientNumber: 'P016', minutes: 10 * 60, words: anxietyVisit },
];

/** Identifier under which a recorded visit is found again. */
export function recordedVisitIdentifier({ patientNumber }: RecordedVisit): { system: string; value: string } {
  return { system: identifierSystem.seed, value: `${patientNumber}-recorded-visit` };
}

/** Encounter and consent of a recorded visit. */
export function recordedVisitEntries(
  visit: RecordedVisit,
  patient: Reference,
  clinic: ClinicDay,
  { organization, location, physicians }: ClinicReferences,
): BundleEntry[] {
  const [physician] = physicians;
  const start = clinicInstant(clinic, 0, visit.minutes);
  const encounter: Encounter = {
    resourceType: 'Encounter',
    identifier: [recordedVisitIdentifier(visit)],
    status: 'in-progress',
    class: { system: standardSystem.actCode, code: 'AMB', display: 'ambulatory' },
    type: [{ text: 'Outpatient behavioral health visit' }],
    subject: patient as Encounter['subject'],
    ...(physician && { participant: [{ individual: physician as Reference<never> }] }),
    period: { start },
    serviceProvider: { reference: organization },
    location: [{ location: { reference: location } }],
  };
  const consent: Consent = {
    resourceType: 'Consent',
    identifier: [seedIdentifier(`${visit.patientNumber}-recording`)],
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [consentCoding.visitRecording] }],
    patient: patient as Consent['patient'],
    dateTime: start,
    policyRule: { text: 'Visits may be recorded and transcribed for the clinical note.' },
    provision: { type: 'permit', period: { start: clinicInstant(clinic, 30, 0) } },
  };
  return [encounter, consent].map(seedEntry);
}
