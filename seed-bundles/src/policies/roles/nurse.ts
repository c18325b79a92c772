import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { finalComposition, finalDocument, may, notPart2, notPsychotherapy, ownSender } from '../rule.ts';
import { aggregates, everyStaff, findings, opensApps } from './common.ts';

const chart =
  'Patient RelatedPerson Encounter Condition Procedure DiagnosticReport ServiceRequest CarePlan CareTeam Goal Flag';

/** Vital signs, surveys and social history: the categories of Observation that a nurse writes. */
const nursingCategory = (version: '%before' | '%after') =>
  `${version}.category.exists() and ` +
  `${version}.category.all(coding.where(code = 'vital-signs' or code = 'survey' or code = 'social-history').exists())`;

/** LOINC codes of notes that only a physician signs: attending, history and physical, discharge summary. */
const physicianNotes = ['18733-6', '34117-2', '28626-0', '34106-5', '11490-0', '28655-9'];

const notPhysicianNote = (state: 'docStatus' | 'status') =>
  `%after.${state}.empty() or %after.${state} != 'final' or ` +
  `%after.type.coding.where(${physicianNotes.map((code) => `code = '${code}'`).join(' or ')}).empty()`;

/**
 * Nurse and medical assistant: records, vitals and notes of their own. Parameters: `team`, whose threads are theirs too;
 * `nurse-medications`, the statuses of prescriptions that the clinic lets nurses see (its setting of that name; none else).
 */
export const nurse: AccessPolicyResource[] = [
  ...everyStaff,
  ...aggregates,
  ...findings,
  ...opensApps,
  ...may(chart, 'RVHS', { where: [notPart2] }),
  ...may('Patient Flag', 'U', { where: [notPart2] }),
  ...may('Encounter', 'U', { where: [notPart2], readonly: ['diagnosis'] }),
  ...may('Observation', 'RVS', { where: [notPart2] }),
  ...may('Observation', 'C', { where: [notPart2], constraint: [nursingCategory('%after')] }),
  ...may('Observation', 'U', {
    where: [notPart2],
    constraint: [nursingCategory('%before'), nursingCategory('%after')],
  }),
  ...may('MedicationRequest', 'RS', { where: [notPart2, 'status=%nurse-medications'] }),
  ...may('AllergyIntolerance Immunization MedicationAdministration QuestionnaireResponse', 'CRSU'),
  ...may('DocumentReference', 'RS', { where: [finalDocument, notPsychotherapy] }),
  ...may('Composition', 'RS', { where: [finalComposition, notPsychotherapy] }),
  ...may('DocumentReference', 'CRSU', { where: ['author=%profile'], constraint: [notPhysicianNote('docStatus')] }),
  ...may('Composition', 'CRSU', { where: ['author=%profile'], constraint: [notPhysicianNote('status')] }),
  ...may('Appointment Slot Task', 'CRSU'),
  ...may('Communication', 'CRSU', { where: ['sender=%profile'], constraint: ownSender }),
  ...may('Communication', 'CRSU', { where: ['recipient=%profile'], constraint: ownSender }),
  ...may('Communication', 'CRSU', { where: ['recipient=%team'], constraint: ownSender }),
];
