import type { AccessInteraction } from './access/index.ts';

/**
 * The role matrix of security.md, written down once more from its text and apart from the policies of seed-bundles, so
 * that a test can hold one against the other.
 */
interface MatrixRow {
  readonly types: string;
  /** C create, R read, V vread, H history, S search, U update, d delete. */
  readonly may: string;
  /** Only rows of the patient, the panel or the team that the member's parameters name. */
  readonly bound?: true;
  /** Whole elements that never leave, separated by blanks. */
  readonly hidden?: string;
}

const LETTERS: Readonly<Record<AccessInteraction, string>> = {
  create: 'C',
  read: 'R',
  vread: 'V',
  history: 'H',
  search: 'S',
  update: 'U',
  delete: 'd',
};

const EVERYONE: readonly MatrixRow[] = [
  { types: 'Practitioner', may: 'RS', hidden: 'telecom address' },
  { types: 'PractitionerRole Organization Location HealthcareService Schedule Slot Questionnaire', may: 'RS' },
  { types: 'ValueSet CodeSystem ConceptMap StructureDefinition SearchParameter Project ProjectMembership', may: 'RS' },
];
/** Beyond the text: the apps' live screens, for every member of the staff, over a socket that sends what its owner may read. */
const STAFF: readonly MatrixRow[] = [...EVERYONE, { types: 'Subscription', may: 'CRSUd' }];
/** Beyond the text: reports without patients, and the opening of apps, for those who see to patients. */
const CLINICAL: readonly MatrixRow[] = [
  ...STAFF,
  { types: 'MeasureReport ClientApplication Bot', may: 'RS' },
  // Where the clinic's bands begin.
  { types: 'Basic', may: 'RS' },
  { types: 'SmartAppLaunch', may: 'CR' },
];
const FINDINGS: readonly MatrixRow[] = [
  { types: 'DetectedIssue', may: 'RSU' },
  { types: 'GuidanceResponse', may: 'RS' },
];
const PANEL: readonly MatrixRow[] = [
  { types: 'Patient', may: 'RVS', bound: true, hidden: 'extension' },
  { types: 'Encounter Condition Observation RiskAssessment CareTeam', may: 'RVS', bound: true },
  { types: 'QuestionnaireResponse MedicationStatement', may: 'RVS', bound: true },
  { types: 'CarePlan Goal Flag', may: 'CRVSU', bound: true },
  { types: 'Communication Task Appointment', may: 'CRSU', bound: true },
];
const AUDIT_HIDDEN = 'entity.name entity.query entity.detail entity.description';
const VISIT_HIDDEN = 'reasonCode reasonReference diagnosis hospitalization type text';
const SCRIBE_HIDDEN = 'name identifier telecom address contact photo';
/** Beyond the text: every engine names itself. */
const ENGINE: readonly MatrixRow[] = [{ types: 'Device', may: 'CRS' }];

const OWN_CHART =
  'Observation Condition AllergyIntolerance Immunization Procedure MedicationRequest DiagnosticReport CarePlan ' +
  'Encounter DocumentReference Coverage Invoice ExplanationOfBenefit';

const MATRIX: Readonly<Record<string, readonly MatrixRow[]>> = {
  physician: [
    ...CLINICAL,
    ...FINDINGS,
    { types: 'Patient RelatedPerson Encounter EpisodeOfCare Condition Observation Procedure', may: 'CRVHSUd' },
    { types: 'AllergyIntolerance Immunization FamilyMemberHistory DiagnosticReport Specimen', may: 'CRVHSUd' },
    { types: 'ImagingStudy ServiceRequest CarePlan CareTeam Goal ClinicalImpression', may: 'CRVHSUd' },
    { types: 'RiskAssessment QuestionnaireResponse Flag List', may: 'CRVHSUd' },
    { types: 'MedicationRequest MedicationStatement MedicationAdministration', may: 'CRVHSU' },
    { types: 'MedicationDispense Medication DocumentReference Composition', may: 'CRVHSU' },
    { types: 'Appointment Schedule Slot Task Communication Consent Binary', may: 'CRSU' },
    { types: 'Provenance', may: 'CR' },
    { types: 'Coverage Claim Account', may: 'RS' },
  ],
  nurse: [
    ...CLINICAL,
    ...FINDINGS,
    { types: 'Patient Encounter Flag', may: 'RVHSU' },
    { types: 'RelatedPerson Condition Procedure DiagnosticReport ServiceRequest CarePlan CareTeam Goal', may: 'RVHS' },
    { types: 'Observation', may: 'CRVSU' },
    { types: 'AllergyIntolerance Immunization MedicationAdministration QuestionnaireResponse', may: 'CRSU' },
    { types: 'DocumentReference Composition Appointment Slot Task Communication', may: 'CRSU' },
  ],
  'front-desk': [
    ...STAFF,
    { types: 'Patient', may: 'CRSU', hidden: 'extension generalPractitioner text' },
    { types: 'RelatedPerson', may: 'CRSU', hidden: 'extension text' },
    {
      types: 'Appointment',
      may: 'CRSU',
      hidden: 'reasonCode reasonReference comment patientInstruction supportingInformation description',
    },
    { types: 'AppointmentResponse Schedule Slot', may: 'CRSU', hidden: 'comment' },
    { types: 'Encounter', may: 'CRSU', hidden: VISIT_HIDDEN },
    { types: 'Coverage CoverageEligibilityRequest CoverageEligibilityResponse', may: 'CRSU' },
    { types: 'Account', may: 'RS' },
    { types: 'Invoice', may: 'RS', hidden: 'lineItem' },
    { types: 'Claim', may: 'RS', hidden: 'diagnosis procedure item supportingInfo' },
    { types: 'PaymentNotice DocumentReference', may: 'CRS' },
    { types: 'Communication Task', may: 'CRSU' },
  ],
  billing: [
    ...STAFF,
    { types: 'Claim ClaimResponse ExplanationOfBenefit Invoice ChargeItem Account Coverage', may: 'CRVHSU' },
    { types: 'CoverageEligibilityRequest CoverageEligibilityResponse PaymentNotice', may: 'CRVHSU' },
    { types: 'PaymentReconciliation', may: 'CRVHSU' },
    // Beyond the text: the opening of the coding app.
    { types: 'ClientApplication', may: 'RS' },
    { types: 'SmartAppLaunch', may: 'CR' },
    { types: 'Patient', may: 'RS', hidden: 'photo extension contact communication text' },
    { types: 'Encounter', may: 'RS', hidden: 'text reasonReference hospitalization' },
    { types: 'Condition', may: 'RS', hidden: 'note text evidence stage' },
    { types: 'Procedure', may: 'RS', hidden: 'note text reasonReference' },
    { types: 'Task Communication', may: 'CRSU' },
  ],
  'case-manager': [...CLINICAL, ...PANEL, { types: 'DocumentReference', may: 'CRSU', bound: true }],
  supervisor: [
    ...CLINICAL,
    ...PANEL,
    { types: 'CareTeam', may: 'U', bound: true },
    { types: 'DocumentReference', may: 'RS', bound: true },
    // Beyond the text: when they are alerted.
    { types: 'Basic', may: 'CRSU' },
  ],
  // Accounts (User) are the platform's: an admin keeps them by invitation, never as resources.
  admin: [
    ...EVERYONE,
    { types: 'Organization Location Practitioner PractitionerRole HealthcareService Schedule Endpoint', may: 'CRHSUd' },
    { types: 'ClientApplication', may: 'CRHSUd', hidden: 'secret retiringSecret' },
    { types: 'Bot Subscription AccessPolicy ValueSet CodeSystem', may: 'CRHSUd' },
    { types: 'StructureDefinition SearchParameter Questionnaire', may: 'CRHSUd' },
    // A membership is made by invitation alone.
    { types: 'ProjectMembership', may: 'RHSUd' },
    { types: 'AuditEvent', may: 'RS', hidden: AUDIT_HIDDEN },
    // Beyond the text: the versions of prompts, and what became of their drafts.
    { types: 'DocumentReference', may: 'CRVSU' },
    { types: 'MeasureReport', may: 'RS' },
    // The admin's own rights read every version of what he keeps.
    { types: 'Project', may: 'RVHS' },
    { types: 'ClientApplication Bot AccessPolicy ProjectMembership', may: 'V' },
  ],
  // Beyond the text: who watches over access, and sees nobody's record.
  compliance: [
    ...STAFF,
    { types: 'AuditEvent ClientApplication', may: 'RS' },
    { types: 'Task', may: 'RVHSU' },
    { types: 'AccessPolicy ProjectMembership Consent', may: 'RVHS' },
  ],
  patient: [
    ...EVERYONE,
    { types: 'Patient', may: 'RVSU', bound: true },
    { types: OWN_CHART, may: 'RVS', bound: true },
    { types: 'Appointment Consent', may: 'CRSU', bound: true },
    { types: 'QuestionnaireResponse Communication Task', may: 'CRS', bound: true },
    { types: 'DocumentReference', may: 'C', bound: true },
    { types: 'AuditEvent', may: 'RS' },
  ],
  proxy: [
    ...EVERYONE,
    { types: `Patient ${OWN_CHART}`, may: 'RS', bound: true },
    { types: 'Communication Appointment', may: 'CRS', bound: true },
    { types: 'RelatedPerson', may: 'R' },
  ],
  'ai-scribe': [
    ...ENGINE,
    { types: 'Patient', may: 'RS', bound: true, hidden: SCRIBE_HIDDEN },
    { types: 'Encounter Condition AllergyIntolerance MedicationRequest Observation', may: 'RS', bound: true },
    { types: 'DocumentReference', may: 'CRS', bound: true },
    { types: 'Composition Provenance Task DetectedIssue GuidanceResponse', may: 'C' },
    // A transcript's text may lie in a Binary.
    { types: 'Binary', may: 'CR' },
  ],
  'ai-coder': [
    ...ENGINE,
    { types: 'DocumentReference Composition Encounter Condition Procedure', may: 'RS', bound: true },
    { types: 'Binary', may: 'RS' },
    { types: 'Claim Provenance DetectedIssue GuidanceResponse Task', may: 'C' },
  ],
  'ai-triage': [
    { types: 'Communication', may: 'R' },
    { types: 'Task Flag GuidanceResponse Provenance', may: 'C' },
  ],
  'ai-lab-explainer': [
    { types: 'Observation DiagnosticReport', may: 'R', bound: true },
    { types: 'Communication', may: 'C' },
  ],
  'ai-handoff': [
    { types: 'Task Flag Appointment', may: 'RS' },
    { types: 'Communication', may: 'CRS', hidden: 'payload' },
  ],
  'ai-risk': [
    ...ENGINE,
    { types: 'Patient', may: 'RS', bound: true, hidden: `${SCRIBE_HIDDEN} extension text communication maritalStatus` },
    { types: 'Appointment', may: 'RS', bound: true, hidden: 'text comment description patientInstruction reasonCode' },
    { types: 'Encounter', may: 'RS', bound: true, hidden: 'text reasonCode' },
    { types: 'QuestionnaireResponse', may: 'RS', bound: true, hidden: 'text' },
    { types: 'RiskAssessment Flag Task GuidanceResponse', may: 'CRSU', bound: true },
    { types: 'Observation', may: 'CRSU', bound: true, hidden: 'note text' },
    { types: 'Provenance', may: 'CU' },
    // Whom to alert, and from when.
    { types: 'CareTeam', may: 'RS', bound: true },
    { types: 'Basic', may: 'RS' },
  ],
  'ai-analytics': [{ types: 'MeasureReport', may: 'R' }],
  // Beyond the text: two engines of single purposes, which see no patient.
  'ai-population': [
    ...ENGINE,
    { types: 'Observation', may: 'RS', hidden: 'note text' },
    { types: 'MeasureReport', may: 'CRSU' },
    { types: 'Provenance', may: 'C' },
  ],
  'ai-news2': [
    ...ENGINE,
    { types: 'Observation', may: 'CRS', hidden: 'note text' },
    // A high score is told to the care team.
    { types: 'CareTeam', may: 'RS' },
    { types: 'Provenance Task', may: 'C' },
  ],
  'lab-interface': [
    { types: 'Patient ServiceRequest', may: 'R' },
    { types: 'Observation DiagnosticReport Specimen MessageHeader', may: 'CU' },
  ],
};

/** The roles of the matrix. */
export const MATRIX_ROLES = Object.keys(MATRIX);

function rowsOn(role: string, type: string): readonly MatrixRow[] {
  return (MATRIX[role] ?? []).filter((row) => row.types.split(' ').includes(type));
}

/** Does the matrix permit the interaction on the type at all? */
export function isInMatrix(role: string, type: string, interaction: AccessInteraction): boolean {
  return rowsOn(role, type).some((row) => row.may.includes(LETTERS[interaction]));
}

/** Elements of the type that the role never sees. */
export function hiddenInMatrix(role: string, type: string): string[] {
  return rowsOn(role, type).flatMap((row) => row.hidden?.split(' ') ?? []);
}

/** Does the role see only rows of certain patients of this type? */
export function isBoundInMatrix(role: string, type: string): boolean {
  const reading = rowsOn(role, type).filter((row) => row.may.includes('R'));
  return reading.length > 0 && reading.every((row) => row.bound);
}
