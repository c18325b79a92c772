/** Systems and codes of others, and identifier systems of ours, that the rooms of MindBridge must agree on. */
import { CANONICAL_BASE } from './canonicals.ts';

/** Identifier systems: values of `identifier.system`. */
export const identifierSystem = {
  /** `P001` … on a Patient. */
  patientNumber: `${CANONICAL_BASE}/sid/patient-number`,
  /** Patient id on the one score Observation of a patient. */
  riskScore: `${CANONICAL_BASE}/sid/risk-score`,
  /** `YYYY-MM-DD` on a day's MeasureReport of the bands. */
  riskBands: `${CANONICAL_BASE}/sid/risk-bands`,
  /** `clinic` on the one Basic in which supervisors set when they are alerted. */
  riskThresholds: `${CANONICAL_BASE}/sid/risk-thresholds`,
  /** Patient id on the one open outreach Task of a patient. */
  outreach: `${CANONICAL_BASE}/sid/outreach`,
  /** Patient id on the one critical Flag of a patient. */
  riskFlag: `${CANONICAL_BASE}/sid/risk-flag`,
  /** `engine/version` on a Device. */
  engine: `${CANONICAL_BASE}/sid/engine`,
  /** `id/version` on the document of a prompt. */
  prompt: `${CANONICAL_BASE}/sid/prompt`,
  /** Name of a bot, of a policy, of a subscription: what a deployment looks for before it creates. */
  deployment: `${CANONICAL_BASE}/sid/deployment`,
  /** Key of a resource that the seed bundles wrote. */
  seed: `${CANONICAL_BASE}/sid/seed`,
} as const;

/** Code systems of others. */
export const standardSystem = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  ucum: 'http://unitsofmeasure.org',
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  ssn: 'http://hl7.org/fhir/sid/us-ssn',
  npi: 'http://hl7.org/fhir/sid/us-npi',
  riskProbability: 'http://terminology.hl7.org/CodeSystem/risk-probability',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  observationValue: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  provenanceParticipant: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  flagCategory: 'http://terminology.hl7.org/CodeSystem/flag-category',
} as const;

/** LOINC codes in use. */
export const loincCoding = {
  phq9Total: { system: standardSystem.loinc, code: '44261-6', display: 'PHQ-9 total score' },
  phq9Item9: { system: standardSystem.loinc, code: '44260-8', display: 'PHQ-9 item 9: thoughts of self-harm' },
  gad7Total: { system: standardSystem.loinc, code: '70274-6', display: 'GAD-7 total score' },
  cssrs: { system: standardSystem.loinc, code: '93373-9', display: 'C-SSRS' },
  progressNote: { system: standardSystem.loinc, code: '11506-3', display: 'Progress note' },
  subjective: { system: standardSystem.loinc, code: '61150-9', display: 'Subjective narrative' },
  objective: { system: standardSystem.loinc, code: '61149-1', display: 'Objective narrative' },
  assessment: { system: standardSystem.loinc, code: '51848-0', display: 'Evaluation note' },
  plan: { system: standardSystem.loinc, code: '18776-5', display: 'Plan of care note' },
} as const;

/** SNOMED CT codes in use. */
export const snomedCoding = {
  caseManager: { system: standardSystem.snomed, code: '768832004', display: 'Case manager' },
} as const;

/** Standard risk-probability beside our bands; critical is the top of high. @see https://hl7.org/fhir/R4/valueset-risk-probability.html */
export const riskProbabilityCoding = {
  low: { system: standardSystem.riskProbability, code: 'low', display: 'Low likelihood' },
  medium: { system: standardSystem.riskProbability, code: 'moderate', display: 'Moderate likelihood' },
  high: { system: standardSystem.riskProbability, code: 'high', display: 'High likelihood' },
  critical: { system: standardSystem.riskProbability, code: 'high', display: 'High likelihood' },
} as const;

/** Category `survey` of the score Observation. */
export const surveyCategory = {
  system: standardSystem.observationCategory,
  code: 'survey',
  display: 'Survey',
} as const;

/** Label of everything an AI wrote, for `meta.security`. @see https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html */
export const aiLabel = {
  system: standardSystem.observationValue,
  code: 'AIAST',
  display: 'Artificial Intelligence asserted',
} as const;

/** Lowest score of each band above low; low is below `medium`. */
export const bandThreshold = { medium: 40, high: 70, critical: 90 } as const;
