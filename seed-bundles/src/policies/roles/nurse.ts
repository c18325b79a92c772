import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { finalComposition, finalDocument, may, notPart2, notPsychotherapy } from '../rule.ts';
import { everyStaff, findings, opensApps } from './common.ts';

const chart =
  'Patient RelatedPerson Encounter Condition Procedure DiagnosticReport ServiceRequest CarePlan CareTeam Goal Flag';

/** Vital signs, surveys and social history: the categories of Observation that a nurse writes. */
const nursingCategory =
  "%after.category.coding.where(code = 'vital-signs' or code = 'survey' or code = 'social-history').exists()";

/** LOINC codes of notes that only a physician signs. */
const notPhysicianNote =
  "%after.docStatus.empty() or %after.docStatus != 'final' or " +
  "%after.type.coding.where(code = '18733-6' or code = '34117-2' or code = '34106-5').empty()";

/** Nurse and medical assistant: records, vitals and notes of their own; no prescriptions. */
export const nurse: AccessPolicyResource[] = [
  ...everyStaff,
  ...findings,
  ...opensApps,
  ...may(chart, 'RVHS', { where: [notPart2] }),
  ...may('Patient Flag', 'U', { where: [notPart2] }),
  ...may('Encounter', 'U', { where: [notPart2], readonly: ['diagnosis'] }),
  ...may('Observation', 'RVS', { where: [notPart2] }),
  ...may('Observation', 'CU', { where: [notPart2], constraint: [nursingCategory] }),
  ...may('AllergyIntolerance Immunization MedicationAdministration QuestionnaireResponse', 'CRSU'),
  ...may('DocumentReference', 'RS', { where: [finalDocument, notPsychotherapy] }),
  ...may('Composition', 'RS', { where: [finalComposition, notPsychotherapy] }),
  ...may('DocumentReference', 'CRSU', { where: ['author=%profile'], constraint: [notPhysicianNote] }),
  ...may('Composition', 'CRSU', { where: ['author=%profile'], constraint: ["%after.status != 'final'"] }),
  ...may('Appointment Slot Task', 'CRSU'),
  ...may('Communication', 'CRSU', { where: ['sender=%profile'] }),
  ...may('Communication', 'CRSU', { where: ['recipient=%profile'] }),
];
