import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { finalComposition, finalDocument, may, notPart2, notPsychotherapy, ofProgram, ownSender } from '../rule.ts';
import { aggregates, everyStaff, findings, opensApps } from './common.ts';

const chart =
  'Patient RelatedPerson Encounter EpisodeOfCare Condition Observation Procedure AllergyIntolerance Immunization ' +
  'FamilyMemberHistory DiagnosticReport Specimen ImagingStudy ServiceRequest CarePlan CareTeam Goal ClinicalImpression ' +
  'RiskAssessment QuestionnaireResponse Flag List';
const medications = 'MedicationRequest MedicationStatement MedicationAdministration MedicationDispense Medication';

/** Drafts addressed to me, and notes of mine: created unsigned, changed until signed, signed by nobody else. */
function ownNotes(type: 'DocumentReference' | 'Composition', who: string): AccessPolicyResource[] {
  const state = type === 'DocumentReference' ? 'docStatus' : 'status';
  const signer = type === 'DocumentReference' ? 'authenticator' : 'author';
  return [
    ...may(type, 'RVS', { where: [`${who}=%profile`] }),
    ...may(type, 'C', {
      where: [`${who}=%profile`],
      constraint: [`%after.${state}.empty() or %after.${state} != 'final'`],
    }),
    ...may(type, 'U', {
      where: [`${who}=%profile`],
      constraint: [
        `%before.${state}.empty() or %before.${state} != 'final'`,
        `%after.${state}.empty() or %after.${state} != 'final' or %after.${signer}.where(reference = %profile).exists()`,
      ],
    }),
  ];
}

/**
 * Physician: the whole chart except Part 2 rows, signed notes of all, drafts addressed to them. Parameters: `program`, the
 * substance use programme to which they belong, whose patients carry it as an account; `team`, whose threads are theirs too.
 */
export const physician: AccessPolicyResource[] = [
  ...everyStaff,
  ...aggregates,
  ...findings,
  ...opensApps,
  ...may(chart, 'CRVHSUd', { where: [notPart2], readonly: ['meta.security'] }),
  ...may(chart, 'CRVHSUd', { where: ofProgram, readonly: ['meta.security'] }),
  ...may(medications, 'RVHSU', { where: [notPart2] }),
  ...may(medications, 'RVHSU', { where: ofProgram }),
  ...may('MedicationRequest', 'C', { where: [notPart2], constraint: ['%after.requester.reference = %profile'] }),
  ...may('MedicationRequest', 'C', { where: ofProgram, constraint: ['%after.requester.reference = %profile'] }),
  ...may('MedicationStatement MedicationAdministration MedicationDispense Medication', 'C', { where: [notPart2] }),
  ...may('MedicationStatement MedicationAdministration MedicationDispense', 'C', { where: ofProgram }),
  ...may('DocumentReference', 'RVHS', { where: [finalDocument, notPsychotherapy] }),
  ...may('Composition', 'RVHS', { where: [finalComposition, notPsychotherapy] }),
  ...ownNotes('DocumentReference', 'authenticator'),
  ...ownNotes('DocumentReference', 'author'),
  ...ownNotes('Composition', 'attester'),
  ...ownNotes('Composition', 'author'),
  ...may('Appointment Schedule Slot Task Consent Binary', 'CRSU'),
  ...may('Communication', 'CRSU', { where: ['sender=%profile'], constraint: ownSender }),
  ...may('Communication', 'CRSU', { where: ['recipient=%profile'], constraint: ownSender }),
  ...may('Communication', 'CRSU', { where: ['recipient=%team'], constraint: ownSender }),
  ...may('Provenance', 'CR'),
  ...may('Coverage Claim Account', 'RS'),
];
