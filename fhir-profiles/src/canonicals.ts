// Generated from fsh/ by `npm run build -w fhir-profiles`; do not edit.

/** Base of every canonical URL of ours. */
export const CANONICAL_BASE = 'https://mindbridge.health/fhir';

/** Profiles: values of `meta.profile`. */
export const profileUrl = {
  aiDevice: 'https://mindbridge.health/fhir/StructureDefinition/ai-device',
  aiProvenance: 'https://mindbridge.health/fhir/StructureDefinition/ai-provenance',
  clinicRiskThresholds: 'https://mindbridge.health/fhir/StructureDefinition/clinic-risk-thresholds',
  crisisCall: 'https://mindbridge.health/fhir/StructureDefinition/crisis-call',
  medicationAdherence: 'https://mindbridge.health/fhir/StructureDefinition/medication-adherence',
  outreachTask: 'https://mindbridge.health/fhir/StructureDefinition/outreach-task',
  patient: 'https://mindbridge.health/fhir/StructureDefinition/patient',
  riskAssessment: 'https://mindbridge.health/fhir/StructureDefinition/risk-assessment',
  riskBandsReport: 'https://mindbridge.health/fhir/StructureDefinition/risk-bands-report',
  riskScoreObservation: 'https://mindbridge.health/fhir/StructureDefinition/risk-score-observation',
} as const;

/** Extensions: values of `extension.url`. */
export const extensionUrl = {
  botCoalesce: 'https://mindbridge.health/fhir/StructureDefinition/bot-coalesce',
  botCodeHash: 'https://mindbridge.health/fhir/StructureDefinition/bot-code-hash',
  botEngine: 'https://mindbridge.health/fhir/StructureDefinition/bot-engine',
  botManifest: 'https://mindbridge.health/fhir/StructureDefinition/bot-manifest',
  codeEvidence: 'https://mindbridge.health/fhir/StructureDefinition/code-evidence',
  codeTable: 'https://mindbridge.health/fhir/StructureDefinition/code-table',
  emDecision: 'https://mindbridge.health/fhir/StructureDefinition/em-decision',
  narrativeEngine: 'https://mindbridge.health/fhir/StructureDefinition/narrative-engine',
  promptActivation: 'https://mindbridge.health/fhir/StructureDefinition/prompt-activation',
  riskBands: 'https://mindbridge.health/fhir/StructureDefinition/risk-bands',
  riskChange: 'https://mindbridge.health/fhir/StructureDefinition/risk-change',
  riskContribution: 'https://mindbridge.health/fhir/StructureDefinition/risk-contribution',
  riskCounterfactual: 'https://mindbridge.health/fhir/StructureDefinition/risk-counterfactual',
  riskScore: 'https://mindbridge.health/fhir/StructureDefinition/risk-score',
  riskThresholds: 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds',
  riskTrend: 'https://mindbridge.health/fhir/StructureDefinition/risk-trend',
  simulated: 'https://mindbridge.health/fhir/StructureDefinition/simulated',
  ssn: 'https://mindbridge.health/fhir/StructureDefinition/ssn',
} as const;

/** Code systems: values of `coding.system`. */
export const codeSystemUrl = {
  abstention: 'https://mindbridge.health/fhir/CodeSystem/abstention',
  consent: 'https://mindbridge.health/fhir/CodeSystem/consent',
  document: 'https://mindbridge.health/fhir/CodeSystem/document',
  documentFormat: 'https://mindbridge.health/fhir/CodeSystem/document-format',
  emLevel: 'https://mindbridge.health/fhir/CodeSystem/em-level',
  factorState: 'https://mindbridge.health/fhir/CodeSystem/factor-state',
  finding: 'https://mindbridge.health/fhir/CodeSystem/finding',
  issue: 'https://mindbridge.health/fhir/CodeSystem/issue',
  narrativeEngine: 'https://mindbridge.health/fhir/CodeSystem/narrative-engine',
  news2Risk: 'https://mindbridge.health/fhir/CodeSystem/news2-risk',
  noteDecision: 'https://mindbridge.health/fhir/CodeSystem/note-decision',
  noteSection: 'https://mindbridge.health/fhir/CodeSystem/note-section',
  noteStatus: 'https://mindbridge.health/fhir/CodeSystem/note-status',
  observation: 'https://mindbridge.health/fhir/CodeSystem/observation',
  outreachOutcome: 'https://mindbridge.health/fhir/CodeSystem/outreach-outcome',
  riskBand: 'https://mindbridge.health/fhir/CodeSystem/risk-band',
  riskFactor: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
  task: 'https://mindbridge.health/fhir/CodeSystem/task',
  workStatus: 'https://mindbridge.health/fhir/CodeSystem/work-status',
} as const;

/** Value sets. */
export const valueSetUrl = {
  aiLabel: 'https://mindbridge.health/fhir/ValueSet/ai-label',
  factorState: 'https://mindbridge.health/fhir/ValueSet/factor-state',
  narrativeEngine: 'https://mindbridge.health/fhir/ValueSet/narrative-engine',
  outreachOutcome: 'https://mindbridge.health/fhir/ValueSet/outreach-outcome',
  riskBand: 'https://mindbridge.health/fhir/ValueSet/risk-band',
  riskFactor: 'https://mindbridge.health/fhir/ValueSet/risk-factor',
  riskInput: 'https://mindbridge.health/fhir/ValueSet/risk-input',
  task: 'https://mindbridge.health/fhir/ValueSet/task',
  workStatus: 'https://mindbridge.health/fhir/ValueSet/work-status',
} as const;

/** Search parameters beside those of R4. */
export const searchParameterUrl = {
  docStatus: 'https://mindbridge.health/fhir/SearchParameter/doc-status',
  securityContext: 'https://mindbridge.health/fhir/SearchParameter/security-context',
} as const;

/** Measures. */
export const measureUrl = {
  riskBands: 'https://mindbridge.health/fhir/Measure/risk-bands',
} as const;

/** Code system `abstention` as codings. */
export const abstentionCoding = {
  transcriptMissing: {
    system: 'https://mindbridge.health/fhir/CodeSystem/abstention',
    code: 'transcript-missing',
    display: 'There is no transcript',
  },
  transcriptEmpty: {
    system: 'https://mindbridge.health/fhir/CodeSystem/abstention',
    code: 'transcript-empty',
    display: 'The transcript says nothing',
  },
  transcriptLanguage: {
    system: 'https://mindbridge.health/fhir/CodeSystem/abstention',
    code: 'transcript-language',
    display: 'The transcript is in a language that the engine does not know',
  },
  transcriptTooLong: {
    system: 'https://mindbridge.health/fhir/CodeSystem/abstention',
    code: 'transcript-too-long',
    display: 'The transcript is longer than the engine takes',
  },
  nothingClinical: {
    system: 'https://mindbridge.health/fhir/CodeSystem/abstention',
    code: 'nothing-clinical',
    display: 'Nothing of clinical meaning was said',
  },
  modelUnavailable: {
    system: 'https://mindbridge.health/fhir/CodeSystem/abstention',
    code: 'model-unavailable',
    display: 'The model gave no usable answer',
  },
} as const;

/** Code system `consent` as codings. */
export const consentCoding = {
  visitRecording: {
    system: 'https://mindbridge.health/fhir/CodeSystem/consent',
    code: 'visit-recording',
    display: 'Recording and transcription of visits',
  },
  optOut: {
    system: 'https://mindbridge.health/fhir/CodeSystem/consent',
    code: 'opt-out',
    display: 'Nobody who is named sees the record',
  },
  optOutAi: {
    system: 'https://mindbridge.health/fhir/CodeSystem/consent',
    code: 'opt-out-ai',
    display: 'No bot and no model reads the record',
  },
  optOutApps: {
    system: 'https://mindbridge.health/fhir/CodeSystem/consent',
    code: 'opt-out-apps',
    display: 'No app of others reads the record, and none exports it',
  },
} as const;

/** Code system `document` as codings. */
export const documentCoding = {
  transcript: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document',
    code: 'transcript',
    display: 'Transcript of a visit',
  },
  recording: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document',
    code: 'recording',
    display: 'Sound of a visit',
  },
  note: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document',
    code: 'note',
    display: 'Clinical note drafted by software',
  },
  prompt: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document',
    code: 'prompt',
    display: 'Prompt of an AI engine',
  },
  inputPrompt: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document',
    code: 'input-prompt',
    display: 'Prompt with which an AI worked',
  },
} as const;

/** Code system `document-format` as codings. */
export const documentFormatCoding = {
  transcript: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document-format',
    code: 'transcript',
    display: 'Canonical text of a transcript',
  },
  transcriptTurns: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document-format',
    code: 'transcript-turns',
    display: 'Turns of a transcript with their places and times',
  },
  note: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document-format',
    code: 'note',
    display: 'Text of a note',
  },
  evidence: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document-format',
    code: 'evidence',
    display: 'Evidence of the sentences of a note',
  },
  prompt: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document-format',
    code: 'prompt',
    display: 'Text of a prompt',
  },
  evalReport: {
    system: 'https://mindbridge.health/fhir/CodeSystem/document-format',
    code: 'eval-report',
    display: 'Report of an evaluation',
  },
} as const;

/** Code system `em-level` as codings. */
export const emLevelCoding = {
  new2: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'new-2',
    display: 'New patient, level 2',
  },
  new3: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'new-3',
    display: 'New patient, level 3',
  },
  new4: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'new-4',
    display: 'New patient, level 4',
  },
  new5: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'new-5',
    display: 'New patient, level 5',
  },
  established2: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'established-2',
    display: 'Established patient, level 2',
  },
  established3: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'established-3',
    display: 'Established patient, level 3',
  },
  established4: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'established-4',
    display: 'Established patient, level 4',
  },
  established5: {
    system: 'https://mindbridge.health/fhir/CodeSystem/em-level',
    code: 'established-5',
    display: 'Established patient, level 5',
  },
} as const;

/** Code system `factor-state` as codings. */
export const factorStateCoding = {
  known: {
    system: 'https://mindbridge.health/fhir/CodeSystem/factor-state',
    code: 'known',
    display: 'Known',
  },
  stale: {
    system: 'https://mindbridge.health/fhir/CodeSystem/factor-state',
    code: 'stale',
    display: 'Stale',
  },
  unknown: {
    system: 'https://mindbridge.health/fhir/CodeSystem/factor-state',
    code: 'unknown',
    display: 'Unknown',
  },
} as const;

/** Code system `finding` as codings. */
export const findingCoding = {
  drug: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'drug',
    display: 'Drug',
  },
  dose: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'dose',
    display: 'Dose',
  },
  diagnosis: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'diagnosis',
    display: 'Diagnosis',
  },
  allergy: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'allergy',
    display: 'Allergy',
  },
  procedure: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'procedure',
    display: 'Procedure',
  },
  side: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'side',
    display: 'Side',
  },
  negation: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'negation',
    display: 'Negation',
  },
  number: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'number',
    display: 'Number',
  },
  critical: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'critical',
    display: 'Critical finding',
  },
  documentation: {
    system: 'https://mindbridge.health/fhir/CodeSystem/finding',
    code: 'documentation',
    display: 'Documentation is missing',
  },
} as const;

/** Code system `issue` as codings. */
export const issueCoding = {
  unauthorized: {
    system: 'https://mindbridge.health/fhir/CodeSystem/issue',
    code: 'unauthorized',
    display: 'Sign in is required',
  },
  forbidden: {
    system: 'https://mindbridge.health/fhir/CodeSystem/issue',
    code: 'forbidden',
    display: 'The caller may not do this to this resource type',
  },
  notFound: {
    system: 'https://mindbridge.health/fhir/CodeSystem/issue',
    code: 'not-found',
    display: 'Unknown, or not visible to the caller',
  },
  gone: {
    system: 'https://mindbridge.health/fhir/CodeSystem/issue',
    code: 'gone',
    display: 'The resource was deleted',
  },
} as const;

/** Code system `narrative-engine` as codings. */
export const narrativeEngineCoding = {
  embedded: {
    system: 'https://mindbridge.health/fhir/CodeSystem/narrative-engine',
    code: 'embedded',
    display: 'Embedded engine',
  },
  claude: {
    system: 'https://mindbridge.health/fhir/CodeSystem/narrative-engine',
    code: 'claude',
    display: 'Claude',
  },
} as const;

/** Code system `news2-risk` as codings. */
export const news2RiskCoding = {
  low: {
    system: 'https://mindbridge.health/fhir/CodeSystem/news2-risk',
    code: 'low',
    display: 'Low',
  },
  lowMedium: {
    system: 'https://mindbridge.health/fhir/CodeSystem/news2-risk',
    code: 'low-medium',
    display: 'Low to medium',
  },
  medium: {
    system: 'https://mindbridge.health/fhir/CodeSystem/news2-risk',
    code: 'medium',
    display: 'Medium',
  },
  high: {
    system: 'https://mindbridge.health/fhir/CodeSystem/news2-risk',
    code: 'high',
    display: 'High',
  },
} as const;

/** Code system `note-decision` as codings. */
export const noteDecisionCoding = {
  accepted: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-decision',
    code: 'accepted',
    display: 'Accepted as drafted',
  },
  edited: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-decision',
    code: 'edited',
    display: 'Edited',
  },
  rejected: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-decision',
    code: 'rejected',
    display: 'Rejected',
  },
  expired: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-decision',
    code: 'expired',
    display: 'Expired',
  },
} as const;

/** Code system `note-section` as codings. */
export const noteSectionCoding = {
  subjective: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'subjective',
    display: 'Subjective',
  },
  objective: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'objective',
    display: 'Objective',
  },
  assessment: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'assessment',
    display: 'Assessment',
  },
  plan: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'plan',
    display: 'Plan',
  },
  data: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'data',
    display: 'Data',
  },
  behavior: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'behavior',
    display: 'Behavior',
  },
  intervention: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'intervention',
    display: 'Intervention',
  },
  response: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-section',
    code: 'response',
    display: 'Response',
  },
} as const;

/** Code system `note-status` as codings. */
export const noteStatusCoding = {
  draft: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-status',
    code: 'draft',
    display: 'Draft',
  },
  reviewed: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-status',
    code: 'reviewed',
    display: 'Reviewed',
  },
  signed: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-status',
    code: 'signed',
    display: 'Signed',
  },
  rejected: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-status',
    code: 'rejected',
    display: 'Rejected',
  },
  expired: {
    system: 'https://mindbridge.health/fhir/CodeSystem/note-status',
    code: 'expired',
    display: 'Expired',
  },
} as const;

/** Code system `observation` as codings. */
export const observationCoding = {
  crisisCall: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'crisis-call',
    display: 'Crisis call',
  },
  medicationAdherence: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'medication-adherence',
    display: 'Medication adherence',
  },
  riskScore: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'risk-score',
    display: 'Risk score',
  },
  riskBand: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'risk-band',
    display: 'Risk band',
  },
  cssrsItem1: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'cssrs-item-1',
    display: 'C-SSRS 1: wish to be dead',
  },
  cssrsItem2: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'cssrs-item-2',
    display: 'C-SSRS 2: non-specific active suicidal thoughts',
  },
  cssrsItem3: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'cssrs-item-3',
    display: 'C-SSRS 3: suicidal thoughts with a method, without intent',
  },
  cssrsItem4: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'cssrs-item-4',
    display: 'C-SSRS 4: suicidal intent without a specific plan',
  },
  cssrsItem5: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'cssrs-item-5',
    display: 'C-SSRS 5: suicidal intent with a specific plan',
  },
  cssrsItem6: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'cssrs-item-6',
    display: 'C-SSRS 6: suicidal behaviour',
  },
  news2: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2',
    display: 'NEWS2 score',
  },
  news2Risk: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-risk',
    display: 'NEWS2 clinical risk',
  },
  news2OxygenScale: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-oxygen-scale',
    display: 'NEWS2 SpO2 scale',
  },
  news2RespiratoryRate: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-respiratory-rate',
    display: 'NEWS2 points: respiratory rate',
  },
  news2OxygenSaturation: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-oxygen-saturation',
    display: 'NEWS2 points: oxygen saturation',
  },
  news2SupplementalOxygen: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-supplemental-oxygen',
    display: 'NEWS2 points: supplemental oxygen',
  },
  news2SystolicPressure: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-systolic-pressure',
    display: 'NEWS2 points: systolic blood pressure',
  },
  news2Pulse: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-pulse',
    display: 'NEWS2 points: pulse',
  },
  news2Consciousness: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-consciousness',
    display: 'NEWS2 points: consciousness',
  },
  news2Temperature: {
    system: 'https://mindbridge.health/fhir/CodeSystem/observation',
    code: 'news2-temperature',
    display: 'NEWS2 points: temperature',
  },
} as const;

/** Code system `outreach-outcome` as codings. */
export const outreachOutcomeCoding = {
  patientContacted: {
    system: 'https://mindbridge.health/fhir/CodeSystem/outreach-outcome',
    code: 'patient-contacted',
    display: 'Patient contacted',
  },
  appointmentScheduled: {
    system: 'https://mindbridge.health/fhir/CodeSystem/outreach-outcome',
    code: 'appointment-scheduled',
    display: 'Appointment scheduled',
  },
  crisisTeamNotified: {
    system: 'https://mindbridge.health/fhir/CodeSystem/outreach-outcome',
    code: 'crisis-team-notified',
    display: 'Crisis team notified',
  },
} as const;

/** Code system `risk-band` as codings. */
export const riskBandCoding = {
  low: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-band',
    code: 'low',
    display: 'Low',
  },
  medium: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-band',
    code: 'medium',
    display: 'Medium',
  },
  high: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-band',
    code: 'high',
    display: 'High',
  },
  critical: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-band',
    code: 'critical',
    display: 'Critical',
  },
} as const;

/** Code system `risk-factor` as codings. */
export const riskFactorCoding = {
  crisisCalls: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'crisis-calls',
    display: 'Crisis calls in 30 days',
  },
  medicationAdherence: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'medication-adherence',
    display: 'Medication adherence',
  },
  missedAppointments: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'missed-appointments',
    display: 'Missed appointments in 90 days',
  },
  daysSinceSeen: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'days-since-seen',
    display: 'Days since last seen',
  },
  phq9: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'phq-9',
    display: 'PHQ-9 total',
  },
  phq9Item9: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'phq-9-item-9',
    display: 'PHQ-9 item 9: thoughts of self-harm',
  },
  gad7: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'gad-7',
    display: 'GAD-7 total',
  },
  cSsrs: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'c-ssrs',
    display: 'C-SSRS items 4 to 6',
  },
  cap: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'cap',
    display: 'Cap at 100',
  },
  floor: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'floor',
    display: 'Floor at critical',
  },
  rounding: {
    system: 'https://mindbridge.health/fhir/CodeSystem/risk-factor',
    code: 'rounding',
    display: 'Rounding',
  },
} as const;

/** Code system `task` as codings. */
export const taskCoding = {
  outreach: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'outreach',
    display: 'Outreach to a patient at risk',
  },
  analyze: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'analyze',
    display: 'Analyze a patient',
  },
  refill: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'refill',
    display: 'Medication refill request',
  },
  riskAlert: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'risk-alert',
    display: 'A risk band has risen',
  },
  billing: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'billing',
    display: 'Billing work',
  },
  reviewNote: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'review-note',
    display: 'Review a drafted note',
  },
  reviewCodes: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'review-codes',
    display: 'Review suggested codes',
  },
  breakGlassAlert: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'break-glass-alert',
    display: 'Somebody used emergency access',
  },
  breakGlassReview: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'break-glass-review',
    display: 'Review an emergency access',
  },
  accessAnomaly: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'access-anomaly',
    display: 'Access to records that is out of the ordinary',
  },
  accessChange: {
    system: 'https://mindbridge.health/fhir/CodeSystem/task',
    code: 'access-change',
    display: 'An admin changes who may do what',
  },
} as const;

/** Code system `work-status` as codings. */
export const workStatusCoding = {
  uncontacted: {
    system: 'https://mindbridge.health/fhir/CodeSystem/work-status',
    code: 'uncontacted',
    display: 'High Risk – Uncontacted',
  },
  inProcess: {
    system: 'https://mindbridge.health/fhir/CodeSystem/work-status',
    code: 'in-process',
    display: 'High Risk – In Process',
  },
  resolved: {
    system: 'https://mindbridge.health/fhir/CodeSystem/work-status',
    code: 'resolved',
    display: 'Resolved',
  },
} as const;
