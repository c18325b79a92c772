/** A recorded visit of our own for tests on `@medplum/mock`. */

import type { MedplumClient } from '@medplum/core';
import type { Consent, DocumentReference, Encounter, Observation, Patient, Practitioner } from '@medplum/fhirtypes';
import { consentCoding, documentCoding, documentFormatCoding, standardSystem } from '@mindbridge/fhir-profiles';
import { toBase64 } from '../kit/index.ts';

/** What was said in the visit of the tests. */
export const visitTranscript = `[doctor] good morning mrs. hill , what brings you in today ?
[patient] i have been feeling really down . i ca n't sleep and i have no energy . it started about two months ago .
[doctor] any thoughts of hurting yourself ?
[patient] no , nothing like that .
[doctor] any chest pain or shortness of breath ?
[patient] no .
[doctor] are you still taking the sertraline ?
[patient] yeah , fifty milligrams every morning .
[doctor] okay . so on your exam today your heart is regular with no murmurs and your lungs are clear bilaterally .
[doctor] so my assessment and plan . for your depression , i want to increase the sertraline to one hundred milligrams daily . i want you to see the therapist every week . let's follow up in four weeks .
[patient] sounds good , thank you doctor .
`;

/** The resources of a visit. */
export interface SeededVisit {
  readonly patient: Patient & { readonly id: string };
  readonly doctor: Practitioner & { readonly id: string };
  readonly encounter: Encounter & { readonly id: string };
  readonly transcript: DocumentReference & { readonly id: string };
}

/** A finished encounter with its clinician, a measured blood pressure and a transcript, inline or as it is given. */
export async function seedVisit(medplum: MedplumClient, text = visitTranscript): Promise<SeededVisit> {
  const patient = await medplum.createResource<Patient>({ resourceType: 'Patient', name: [{ family: 'Hill' }] });
  const doctor = await medplum.createResource<Practitioner>({ resourceType: 'Practitioner' });
  const subject = { reference: `Patient/${patient.id}` };
  const open = await medplum.createResource<Encounter>({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: standardSystem.actCode, code: 'AMB' },
    subject,
    participant: [{ individual: { reference: `Practitioner/${doctor.id}` } }],
    period: { start: '2026-01-15T14:00:00Z', end: '2026-01-15T14:40:00Z' },
  });
  const quantity = (value: number) => ({ value, unit: 'mmHg', system: standardSystem.ucum, code: 'mm[Hg]' });
  const loinc = (code: string) => ({ coding: [{ system: standardSystem.loinc, code }] });
  await medplum.createResource<Observation>({
    resourceType: 'Observation',
    status: 'final',
    code: loinc('85354-9'),
    subject,
    encounter: { reference: `Encounter/${open.id}` },
    component: [
      { code: loinc('8480-6'), valueQuantity: quantity(128) },
      { code: loinc('8462-4'), valueQuantity: quantity(76) },
    ],
  });
  await medplum.createResource<Consent>({
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [consentCoding.visitRecording] }],
    patient: subject,
    policyRule: { text: 'Visits may be recorded.' },
    provision: { type: 'permit' },
  });
  const transcript = await medplum.createResource<DocumentReference>({
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'final',
    type: { coding: [documentCoding.transcript] },
    subject,
    context: { encounter: [{ reference: `Encounter/${open.id}` }] },
    content: [
      {
        attachment: { contentType: 'text/plain; charset=utf-8', data: toBase64(text) },
        format: documentFormatCoding.transcript,
      },
    ],
  });
  const encounter = await medplum.updateResource<Encounter>({ ...open, status: 'finished' });
  return { patient, doctor, encounter, transcript };
}
