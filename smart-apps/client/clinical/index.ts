/** FHIR resources → what the screens show. Pure and total: every mapper works on the emptiest valid resource. */
export type { Band } from './band.ts';
export { BAND_RANK, bandOf, isHigh } from './band.ts';
export type { BandCounts } from './bands-report.ts';
export { trend } from './bands-report.ts';
export type { Evidence } from './evidence.ts';
export { evidence } from './evidence.ts';
export { lastSeenDay } from './last-seen.ts';
export type { OptOut, OptOutKind } from './opt-out.ts';
export { optOutConsent, optOutQuery, optOuts } from './opt-out.ts';
export type { Outreach, WorkStatus } from './outreach.ts';
export { isDueToday, isOutreach, outreach, outreachByPatient, shortWorkStatus, workStatusLabel } from './outreach.ts';
export type { PatientCard } from './patient.ts';
export { displayName, patientCard, referencedId, spokenName } from './patient.ts';
export { queries } from './queries.ts';
export type { OutreachForm } from './record-outreach.ts';
export { newOutreachTask, outreachTransaction, withWorkStatus } from './record-outreach.ts';
export type { RiskAlert } from './risk-alert.ts';
export { acknowledged, openAlerts } from './risk-alert.ts';
export type { Amount, Assessment, Change, Counterfactual, Factor } from './risk-assessment.ts';
export { assessment, newestFirst } from './risk-assessment.ts';
export type { RiskScore } from './risk-score.ts';
export { riskScore } from './risk-score.ts';
export type { RiskThresholds, ThresholdNumber } from './risk-thresholds.ts';
export {
  LOOSEST,
  riskThresholds,
  STANDARD_THRESHOLDS,
  THRESHOLDS_QUERY,
  thresholdProblems,
  thresholdsResource,
} from './risk-thresholds.ts';
export type { WorklistFilter, WorklistRow, WorklistSort } from './worklist.ts';
export { filterWorklist, sortWorklist, worklist } from './worklist.ts';
