import { codeSystemUrl, documentCoding, taskCoding } from '@mindbridge/fhir-profiles';

const NOTE = 'type=http://loinc.org|11506-3';
const REVIEW = `code=${codeSystemUrl.task}|${taskCoding.reviewNote.code}`;
const CODING = `code=${codeSystemUrl.task}|${taskCoding.reviewCodes.code}`;

/** Searches of the review screens, and the criteria that keep them current. */
export const noteQueries = {
  /** Open reviews addressed to a clinician, with patient and note. */
  reviewsOf: (clinician: string) =>
    `${REVIEW}&owner=${clinician}&status=requested,in-progress&_sort=-_lastUpdated&_count=50&_include=Task:patient&_include=Task:focus`,
  reviewsLive: `Task?${REVIEW}`,
  visitsOf: (patient: string) => `subject=Patient/${patient}&_sort=-date&_count=12`,
  transcriptsOf: (encounter: string) =>
    `encounter=Encounter/${encounter}&type=${codeSystemUrl.document}|${documentCoding.transcript.code}&status=current&_sort=-_lastUpdated&_count=5`,
  notesOf: (encounter: string) => `encounter=Encounter/${encounter}&${NOTE}&_sort=-_lastUpdated&_count=10`,
  findingsOf: (reference: string) => `implicated=${reference}&_count=100`,
  /** Claims that were suggested for a patient's notes, newest first. */
  claimsOf: (patient: string) => `patient=Patient/${patient}&status=draft&_sort=-created&_count=20`,
  claimsLive: (patient: string) => `Claim?patient=Patient/${patient}`,
  /** Draft claims of the whole clinic, newest first, with the patients. */
  draftClaims: 'status=draft&_sort=-created&_count=50&_include=Claim:patient',
  draftClaimsLive: 'Claim?status=draft',
  /** Suggested codes that wait for a clinician, with the patients. */
  codingsOf: (clinician: string) =>
    `${CODING}&owner=${clinician}&status=requested,in-progress&_sort=-_lastUpdated&_count=50&_include=Task:patient`,
  codingsLive: `Task?${CODING}`,
  codingOf: (claim: string) => `${CODING}&focus=Claim/${claim}&_count=1`,
} as const;
