import type { AccessPolicyResource } from '@medplum/fhirtypes';
import {
  clinicThresholds,
  finalComposition,
  finalDocument,
  identifyingFields,
  may,
  notPart2,
  notPsychotherapy,
} from '../rule.ts';

const own = '_compartment=%patient';
const ofRun = '_compartment=%patients';
const riskPatientHidden = [
  ...identifyingFields,
  'maritalStatus',
  'multipleBirth[x]',
  'communication',
  'generalPractitioner',
  'managingOrganization',
  'link',
  'active',
  'contained',
  'language',
];
const scoreOnly = "%after.code.coding.where(code = 'risk-score').exists()";

/**
 * Risk bot: the coded facts of a patient in, assessment, score, task and flag out; no name, no free text. The dead are not
 * scored. Parameter `patients`: those of the run.
 */
export const aiRisk: AccessPolicyResource[] = [
  ...may('Patient', 'RS', { where: [ofRun, notPart2], hidden: riskPatientHidden }),
  ...may('Observation', 'RS', { where: [ofRun, notPart2], hidden: ['note', 'text'] }),
  ...may('Appointment', 'RS', {
    where: [ofRun, notPart2],
    hidden: ['text', 'comment', 'description', 'patientInstruction', 'reasonCode', 'reasonReference'],
  }),
  ...may('Encounter', 'RS', {
    where: [ofRun, notPart2],
    hidden: ['text', 'reasonCode', 'reasonReference', 'diagnosis'],
  }),
  ...may('QuestionnaireResponse', 'RS', { where: [ofRun, notPart2], hidden: ['text'] }),
  ...may('CareTeam', 'RS', { where: [ofRun, notPart2], hidden: ['text', 'note', 'name'] }),
  ...may('Basic', 'RS', { where: [clinicThresholds] }),
  ...may('RiskAssessment Flag Task', 'CRSU', { where: [ofRun] }),
  ...may('GuidanceResponse', 'CRSU', { where: ['subject=%patients'] }),
  ...may('Observation', 'CU', { where: [ofRun], constraint: [scoreOnly] }),
  ...may('Provenance', 'CU'),
  ...may('Device', 'CRS'),
];

/** NEWS2 bot: vital signs and the care team in, the score and an alert out; no patient, no free text. */
export const aiNews2: AccessPolicyResource[] = [
  ...may('Observation', 'RS', { where: [notPart2], hidden: ['note', 'text'] }),
  ...may('CareTeam', 'RS', { where: [notPart2], hidden: ['text', 'note', 'name'] }),
  ...may('Observation', 'C', { constraint: ["%after.code.coding.where(code = 'news2').exists()"] }),
  ...may('Task', 'C', { constraint: ["%after.code.coding.where(code = 'risk-alert').exists()"] }),
  ...may('Provenance', 'C'),
  ...may('Device', 'CRS'),
];

/** Population bot: scores in, counts by band out; no patient. */
export const aiPopulation: AccessPolicyResource[] = [
  ...may('Observation', 'RS', { where: ['code=risk-score', notPart2], hidden: ['note', 'text'] }),
  ...may('MeasureReport', 'CRSU', { where: ['subject:missing=true'], constraint: ['%after.subject.empty()'] }),
  ...may('Provenance', 'C'),
  ...may('Device', 'CRS'),
];

/**
 * Scribe: one patient's chart without names and the transcript of one encounter; drafts out, addressed to a clinician.
 * Parameters `patient` and `encounter`: those of the run.
 */
export const aiScribe: AccessPolicyResource[] = [
  ...may('Patient', 'RS', { where: [own, notPart2], hidden: identifyingFields }),
  ...may('Encounter', 'RS', {
    where: [own, notPart2],
    hidden: ['text', 'contained', 'participant.individual.display'],
  }),
  ...may('Condition AllergyIntolerance MedicationRequest Observation', 'RS', { where: [own, notPart2] }),
  ...may('DocumentReference', 'RS', { where: [own, 'encounter=%encounter', notPart2] }),
  ...may('Binary', 'R'),
  ...may('DocumentReference', 'C', {
    where: [own],
    constraint: ["%after.docStatus = 'preliminary' and %after.authenticator.exists()"],
  }),
  ...may('Composition', 'C', { where: [own], constraint: ["%after.status = 'preliminary'"] }),
  ...may('Task DetectedIssue', 'C', { where: [own] }),
  ...may('GuidanceResponse', 'C', { where: ['subject=%patient'] }),
  ...may('Binary Provenance', 'C'),
  ...may('Device', 'CRS'),
];

/** Coder: signed notes in, draft claim out. Parameter `patient`. */
export const aiCoder: AccessPolicyResource[] = [
  ...may('DocumentReference', 'RS', { where: [own, finalDocument, notPsychotherapy, notPart2] }),
  ...may('Composition', 'RS', { where: [own, finalComposition, notPsychotherapy, notPart2] }),
  ...may('Binary', 'RS'),
  ...may('Encounter Condition Procedure', 'RS', { where: [own, notPart2] }),
  ...may('Claim', 'C', { where: [own], constraint: ["%after.status = 'draft'"] }),
  ...may('DetectedIssue Task', 'C', { where: [own] }),
  ...may('GuidanceResponse', 'C', { where: ['subject=%patient'] }),
  ...may('Provenance', 'C'),
  ...may('Device', 'CRS'),
];

/** Triage and routing: one thread in, tasks and flags out; writes no message. Parameter `thread`. */
export const aiTriage: AccessPolicyResource[] = [
  ...may('Communication', 'R', { where: ['part-of=%thread'] }),
  ...may('Task Flag GuidanceResponse Provenance', 'C'),
];

/** Lab explainer: final results of one patient in, an unsent message out. Parameter `patient`. */
export const aiLabExplainer: AccessPolicyResource[] = [
  ...may('Observation DiagnosticReport', 'R', { where: [own, 'status=final'] }),
  ...may('Communication', 'C', { where: [own], constraint: ["%after.status = 'preparation'"] }),
];

/** Handoff: open work in, a draft summary out. Parameter `unit`: the team's Organization. */
export const aiHandoff: AccessPolicyResource[] = [
  ...may('Task Flag Appointment', 'RS', { where: ['_compartment=%unit', notPart2] }),
  ...may('Communication', 'RS', { where: ['_compartment=%unit', notPart2], hidden: ['payload'] }),
  ...may('Communication', 'C', { constraint: ["%after.status = 'preparation'"] }),
];

/** Analytics: reports without patients. */
export const aiAnalytics: AccessPolicyResource[] = may('MeasureReport', 'R', { where: ['subject:missing=true'] });
