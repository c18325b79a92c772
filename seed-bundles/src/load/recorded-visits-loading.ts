import { documentCoding } from '@mindbridge/fhir-profiles';
import { patientUrn } from '../clinic/chart.ts';
import type { ClinicReferences } from '../clinic/chart-context.ts';
import type { ClinicDay } from '../clinic/clinic-day.ts';
import {
  type RecordedVisit,
  recordedVisitEntries,
  recordedVisitIdentifier,
  recordedVisits,
} from '../clinic/recorded-visits.ts';
import { identifierQuery } from '../clinic/seed-entry.ts';
import { search, transaction } from './fhir-client.ts';
import { type Api, textAt } from './http-api.ts';
import { patientReferences } from './patients-loading.ts';

/** Who loads recorded visits, and on which day. */
export interface RecordedVisitsLoading {
  /** The API as the clinic's client. */
  readonly client: Api;
  /** The API as a physician: a transcript is taken in as a person hands it in, with the patient's consent looked for. */
  readonly physician: Api;
  readonly references: ClinicReferences;
  readonly day: ClinicDay;
}

/** Loads the recorded visits that are not there yet. One that is there stays as people have left it. */
export async function loadRecordedVisits(loading: RecordedVisitsLoading): Promise<void> {
  const patients = await patientReferences(loading.client);
  for (const visit of recordedVisits) {
    const patient = patients.get(patientUrn(visit.patientNumber));
    if (patient) {
      await loadRecordedVisit(loading, visit, patient);
    }
  }
}

async function loadRecordedVisit(
  { client, physician, references, day }: RecordedVisitsLoading,
  visit: RecordedVisit,
  patient: string,
): Promise<void> {
  const query = identifierQuery(recordedVisitIdentifier(visit));
  if ((await search(client, `Encounter?${query}`)).length === 0) {
    await transaction(client, recordedVisitEntries(visit, { reference: patient }, day, references));
  }
  const [encounter] = await search(client, `Encounter?${query}`);
  const id = textAt(encounter, 'id');
  const { system, code } = documentCoding.transcript;
  const transcripts = await search(client, `DocumentReference?encounter=Encounter/${id}&type=${system}|${code}`);
  if (transcripts.length === 0) {
    await physician.post(`fhir/R4/Encounter/${id}/$transcript`, { turns: visit.words });
  }
}
