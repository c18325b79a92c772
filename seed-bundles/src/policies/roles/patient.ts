import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { finalDocument, may, notPart2, notPsychotherapy } from '../rule.ts';
import { everyone } from './common.ts';

const own = '_compartment=%patient';
const chart =
  'Observation Condition AllergyIntolerance Immunization Procedure MedicationRequest CarePlan Encounter Coverage ' +
  'Invoice ExplanationOfBenefit';
const fixedDemographics = [
  'name',
  'birthDate',
  'identifier',
  'gender',
  'active',
  'deceased[x]',
  'generalPractitioner',
  'managingOrganization',
  'link',
  'extension',
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
  ...may('Appointment', 'U', { where: [own], constraint: ["%after.status = 'cancelled'"] }),
  ...may('QuestionnaireResponse', 'CRS', { where: [own] }),
  ...may('Communication', 'CRS', { where: [own], hidden: ['note'] }),
  ...may('Task', 'CRS', { where: [own, 'code=refill'] }),
  ...may('Consent', 'CRS', { where: [own] }),
  ...may('Consent', 'U', { where: [own], constraint: ["%after.status = 'inactive'"] }),
  ...may('DocumentReference', 'C', {
    where: [own],
    constraint: ["%after.docStatus.empty() or %after.docStatus = 'preliminary'"],
  }),
  ...may('AuditEvent', 'RS', { where: [own], hidden: ['entity.query', 'entity.detail'] }),
];

/** Proxy: what the patient may read, without Part 2 rows; messages and appointments for them. Parameter `patient`. */
export const proxy: AccessPolicyResource[] = [
  ...everyone,
  ...record('RS', [notPart2]),
  ...may('Communication', 'CRS', { where: [own, notPart2], hidden: ['note'] }),
  ...may('Appointment', 'CRS', {
    where: [own, notPart2],
    hidden: ['comment', 'supportingInformation'],
    constraint: ['%after.slot.exists()'],
  }),
];
