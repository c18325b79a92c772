import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { finalDocument, may, notMinorsOwn, notPart2, notPsychotherapy } from '../rule.ts';
import { everyone } from './common.ts';

const own = '_compartment=%patient';
const chart =
  'Observation Condition AllergyIntolerance Immunization Procedure MedicationRequest CarePlan Encounter Coverage ' +
  'Invoice ExplanationOfBenefit';
/** Nobody writes in another's name: who sends or answers is oneself, or is left out. */
const fromMe = '%after.sender.empty() or %after.sender.reference = %profile';
const byMe = '%after.author.empty() or %after.author.reference = %profile';
/** All of a Patient but telecom, address, contact and communication. */
const fixedDemographics = [
  ...[
    'name',
    'birthDate',
    'identifier',
    'gender',
    'active',
    'deceased[x]',
    'maritalStatus',
    'multipleBirth[x]',
    'photo',
  ],
  ...[
    'generalPractitioner',
    'managingOrganization',
    'link',
    'extension',
    'text',
    'contained',
    'language',
    'meta.security',
  ],
];
/** All of an Appointment but its status and why it was cancelled. */
const fixedAppointment = [
  ...['identifier', 'serviceCategory', 'serviceType', 'specialty', 'appointmentType', 'reasonCode', 'reasonReference'],
  ...['priority', 'description', 'start', 'end', 'minutesDuration', 'slot', 'created', 'patientInstruction', 'basedOn'],
  ...['participant', 'requestedPeriod', 'extension', 'contained', 'text', 'meta.security'],
];
/** All of a Consent but its status. */
const fixedConsent = [
  ...['identifier', 'scope', 'category', 'patient', 'dateTime', 'performer', 'organization', 'source[x]', 'policy'],
  ...['policyRule', 'verification', 'provision', 'extension', 'contained', 'text', 'meta.security'],
];

function record(letters: 'RVS' | 'RS', extra: readonly string[]): AccessPolicyResource[] {
  return [
    ...may('Patient', letters, { where: [own, ...extra] }),
    ...may(chart, letters, { where: [own, ...extra] }),
    ...may('DiagnosticReport', letters, { where: [own, 'status=final', ...extra] }),
    ...may('DocumentReference', letters, { where: [own, finalDocument, notPsychotherapy, ...extra] }),
  ];
}

/** Patient: their own chart, appointments, messages, refills and consents. Parameter `patient`: their Patient. */
export const patient: AccessPolicyResource[] = [
  ...everyone,
  ...record('RVS', []),
  ...may('Patient', 'U', { where: [own], readonly: fixedDemographics }),
  ...may('Appointment', 'RS', { where: [own], hidden: ['comment', 'supportingInformation'] }),
  ...may('Appointment', 'C', { where: [own], constraint: ['%after.slot.exists()'] }),
  ...may('Appointment', 'U', { where: [own], readonly: fixedAppointment, constraint: ["%after.status = 'cancelled'"] }),
  ...may('QuestionnaireResponse', 'CRS', { where: [own], constraint: [byMe] }),
  ...may('Communication', 'CRS', { where: [own], hidden: ['note'], constraint: [fromMe] }),
  ...may('Task', 'CRS', { where: [own, 'code=refill'] }),
  ...may('Consent', 'CRS', { where: [own] }),
  ...may('Consent', 'U', { where: [own], readonly: fixedConsent, constraint: ["%after.status = 'inactive'"] }),
  ...may('DocumentReference', 'RS', { where: [own, 'author=%profile'] }),
  ...may('DocumentReference', 'C', {
    where: [own, 'author=%profile'],
    constraint: ["%after.docStatus.empty() or %after.docStatus = 'preliminary'"],
  }),
  ...may('AuditEvent', 'RS', { where: [own], hidden: ['entity.query', 'entity.detail'] }),
];

const forAnother = [notPart2, notMinorsOwn];

/**
 * Proxy: what the patient may read, without Part 2 rows and what a minor keeps to himself; messages and appointments for
 * them. Parameter `patient`.
 */
export const proxy: AccessPolicyResource[] = [
  ...everyone,
  ...may('RelatedPerson', 'R', { where: ['_id=%profile.id'] }),
  ...record('RS', forAnother),
  ...may('Communication', 'CRS', { where: [own, ...forAnother], hidden: ['note'], constraint: [fromMe] }),
  ...may('Appointment', 'CRS', {
    where: [own, ...forAnother],
    hidden: ['comment', 'supportingInformation'],
    constraint: ['%after.slot.exists()'],
  }),
];
