import { codeSystemUrl, measureUrl, observationCoding, taskCoding } from '@mindbridge/fhir-profiles';

const SCORE = `code=${codeSystemUrl.observation}|${observationCoding.riskScore.code}`;
const OUTREACH = `code=${codeSystemUrl.task}|${taskCoding.outreach.code}`;

const ALERT = `code=${codeSystemUrl.task}|${taskCoding.riskAlert.code}`;

/** Searches of the screens, and the Subscription criteria that keep them current. */
export const queries = {
  /** Every patient the user may see, scored or not. */
  patients: '_count=250',
  patientsLive: 'Patient',
  /** Every score the user may see. */
  scores: `${SCORE}&_count=250`,
  scoresLive: `Observation?${SCORE}`,
  /** Every outreach that is not closed. */
  openOutreach: `${OUTREACH}&status=requested,accepted,in-progress,on-hold&_count=250`,
  outreachLive: `Task?${OUTREACH}`,
  /** Risks that rose and that nobody has acknowledged, with the patients. */
  openAlerts: `${ALERT}&status=requested&_sort=-_lastUpdated&_count=50&_include=Task:patient`,
  alertsLive: `Task?${ALERT}`,
  /** Counts by band, one report a day, newest first. */
  bandReports: `measure=${measureUrl.riskBands}&_sort=-date&_count=35`,
  bandReportsLive: `MeasureReport?measure=${measureUrl.riskBands}`,
  /** Everything about one patient. */
  scoreOf: (patientId: string) => `${SCORE}&subject=Patient/${patientId}`,
  outreachOf: (patientId: string) => `${OUTREACH}&patient=Patient/${patientId}&_sort=-_lastUpdated&_count=20`,
  assessmentsOf: (patientId: string) => `subject=Patient/${patientId}&_sort=-date&_count=60`,
  /** Appointments between two instants, with the patients. */
  appointmentsBetween: (from: Date, before: Date) =>
    `date=ge${from.toISOString()}&date=lt${before.toISOString()}&_sort=date&_count=200&_include=Appointment:patient`,
  appointmentsLive: 'Appointment?status:not=entered-in-error',
  /** Patients whose name or number begins so. */
  patientsLike: (text: string) =>
    `${text ? `${/\d/.test(text) ? 'identifier' : 'name'}=${encodeURIComponent(text)}&` : ''}_sort=family&_count=50&_total=none`,
  appointmentsOf: (patientId: string) => `patient=Patient/${patientId}&_sort=-date&_count=20`,
} as const;
