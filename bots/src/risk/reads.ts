import type { Basic, CareTeam, Device, Flag, Observation, Patient, RiskAssessment, Task } from '@medplum/fhirtypes';
import { codeSystemUrl, identifierSystem, loincCoding, observationCoding, taskCoding } from '@mindbridge/fhir-profiles';
import { type BatchClient, deviceSearch, hasCode, identifierOf, idOf, ofType, readBatch } from '../kit/index.ts';
import { riskEngine } from './engine.ts';
import type { RiskChart } from './input.ts';

/** Everything that one run needs to know about one patient. */
export interface PatientRecord {
  readonly patient: Patient & { readonly id: string };
  readonly chart: RiskChart;
  /** Assessments before this run, the newest first. */
  readonly earlier: readonly RiskAssessment[];
  readonly score?: Observation;
  readonly openTasks: readonly Task[];
  readonly flag?: Flag;
  readonly careTeams: readonly CareTeam[];
  /** The clinic's thresholds of alerts, where a supervisor set them. */
  readonly thresholds?: Basic;
}

/** What one batch of reads gave. */
export interface Records {
  readonly records: readonly PatientRecord[];
  /** Ids asked for that gave no patient: unknown, or not visible to this bot. */
  readonly missing: readonly string[];
  readonly device?: Device;
}

/** Codes of the Observations that feed the score; the Subscription names the same. */
export const riskCodes: readonly string[] = [
  ...[
    observationCoding.crisisCall,
    observationCoding.medicationAdherence,
    loincCoding.phq9Total,
    loincCoding.phq9Item9,
    loincCoding.gad7Total,
    loincCoding.cssrs,
  ].map((coding) => `${coding.system}|${coding.code}`),
  ...[1, 2, 3, 4, 5, 6].map((item) => `${codeSystemUrl.observation}|cssrs-item-${item}`),
];

/** Statuses of a Task that is not over. */
export const openStatuses = 'draft,requested,received,accepted,ready,in-progress,on-hold';

const PAGE = 1000;

/** Assessments that are read back: what changed since the last, and how the weeks before went. */
const EARLIER = '30';

function query(type: string, parameters: Readonly<Record<string, string>>): string {
  return `${type}?${new URLSearchParams(parameters).toString()}`;
}

/** The reads of one run, for one patient or a chunk of them, as one batch. */
export function recordReads(ids: readonly string[]): string[] {
  const patients = ids.map((id) => `Patient/${id}`).join(',');
  const page = { _count: String(PAGE) };
  const scoreCode = `${observationCoding.riskScore.system}|${observationCoding.riskScore.code}`;
  const codes = [...riskCodes, scoreCode].join(',');
  return [
    query('Patient', { _id: ids.join(','), ...page }),
    query('Observation', { subject: patients, code: codes, _sort: '-date', ...page }),
    query('Appointment', { patient: patients, status: 'noshow,fulfilled', _sort: '-date', ...page }),
    query('Encounter', { subject: patients, status: 'finished', _sort: '-date', ...page }),
    query('QuestionnaireResponse', { subject: patients, _sort: '-authored', ...page }),
    query('Task', {
      patient: patients,
      code: `${taskCoding.outreach.system}|${taskCoding.outreach.code}`,
      status: openStatuses,
      ...page,
    }),
    query('Flag', { identifier: ids.map((id) => `${identifierSystem.riskFlag}|${id}`).join(','), ...page }),
    query('CareTeam', { patient: patients, ...page }),
    deviceSearch(riskEngine),
    query('Basic', { identifier: `${identifierSystem.riskThresholds}|clinic`, _sort: '-_lastUpdated', _count: '1' }),
    ...ids.map((id) => query('RiskAssessment', { subject: `Patient/${id}`, _sort: '-date', _count: EARLIER })),
  ];
}

/**
 * Reads the records of some patients in one round trip. When a page is full, which is many charts or one very long
 * one, the patients are read one by one: the newest entries of each are then complete.
 */
export async function readRecords(client: BatchClient, ids: readonly string[]): Promise<Records> {
  const results = await readBatch(client, recordReads(ids));
  const full = results.some((result) => result.resources.length >= PAGE);
  if (full && ids.length > 1) {
    const parts: Records[] = [];
    for (const id of ids) {
      parts.push(await readRecords(client, [id]));
    }
    return {
      records: parts.flatMap((part) => part.records),
      missing: parts.flatMap((part) => part.missing),
      device: parts.find((part) => part.device)?.device,
    };
  }
  const resources = results.flatMap((result) => result.resources);
  const patients = ofType(resources, 'Patient');
  const records = ids.flatMap((id) => {
    const patient = patients.find((each) => each.id === id);
    return patient ? [recordOf({ ...patient, id }, resources)] : [];
  });
  const missing = ids.filter((id) => !patients.some((each) => each.id === id));
  return { records, missing, device: ofType(resources, 'Device')[0] };
}

type AnyResource = Parameters<typeof ofType>[0];

function recordOf(patient: PatientRecord['patient'], resources: AnyResource): PatientRecord {
  const own = (reference: Parameters<typeof idOf>[0]): boolean => idOf(reference, 'Patient') === patient.id;
  const observations = ofType(resources, 'Observation').filter((each) => own(each.subject));
  const isScore = (each: Observation): boolean =>
    hasCode(each.code, observationCoding.riskScore.system, observationCoding.riskScore.code);
  return {
    patient,
    chart: {
      observations: observations.filter((each) => !isScore(each)),
      appointments: ofType(resources, 'Appointment').filter((each) => each.participant?.some((one) => own(one.actor))),
      encounters: ofType(resources, 'Encounter').filter((each) => own(each.subject)),
      responses: ofType(resources, 'QuestionnaireResponse').filter((each) => own(each.subject)),
    },
    earlier: ofType(resources, 'RiskAssessment').filter((each) => own(each.subject)),
    score: observations.find(
      (each) => isScore(each) && identifierOf(each.identifier, identifierSystem.riskScore) === patient.id,
    ),
    openTasks: ofType(resources, 'Task').filter((each) => own(each.for)),
    flag: ofType(resources, 'Flag').find(
      (each) => identifierOf(each.identifier, identifierSystem.riskFlag) === patient.id,
    ),
    careTeams: ofType(resources, 'CareTeam').filter((each) => own(each.subject)),
    thresholds: ofType(resources, 'Basic')[0],
  };
}
