import type { BotEvent, MedplumClient } from '@medplum/core';
import type { BundleEntry, CareTeam, Observation } from '@medplum/fhirtypes';
import { observationCoding, standardSystem } from '@mindbridge/fhir-profiles';
import {
  type BatchClient,
  BotError,
  botCanonical,
  type Clock,
  createdId,
  deviceEntry,
  idempotencyKey,
  idOf,
  inputResource,
  localUuid,
  ofType,
  provenanceOf,
  readBatch,
  timeZoneOf,
  writeTransaction,
} from '../kit/index.ts';
import { newsAlertEntries } from './alert.ts';
import { news2Engine, newsParameters, scoreNews2, type Vitals } from './engine.ts';
import { readOxygenScale, readVitals, vitalCodes } from './input.ts';
import { type NewsDraft, newsObservation } from './score-observation.ts';

/** What a run needs from outside. */
export interface NewsDeps {
  readonly client: BatchClient;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** What a run did; a patient without any vital sign gets no score. */
export type NewsResult =
  | { readonly kind: 'scored'; readonly observation: Observation }
  | { readonly kind: 'abstained'; readonly code: 'vitals-missing' };

/** Newest Observations that are read of each parameter; more than one, as the newest may be without a value. */
const PAGE = '20';

const { system, code } = observationCoding.news2OxygenScale;

/** One search for each parameter, so that many readings of one never hide the last of another; and the care teams. */
function reads(patientId: string, now: Date): string[] {
  const wanted = Object.values(vitalCodes).map((codes) => codes.map((each) => `${standardSystem.loinc}|${each}`));
  const searches = [...wanted, [`${system}|${code}`]].map((codes) => {
    const query = {
      subject: `Patient/${patientId}`,
      code: codes.join(','),
      date: `le${now.toISOString()}`,
      _sort: '-date',
      _count: PAGE,
    };
    return `Observation?${new URLSearchParams(query).toString()}`;
  });
  const teams = new URLSearchParams({ patient: `Patient/${patientId}` });
  return [...searches, `CareTeam?${teams.toString()}`];
}

/** Scores a patient's latest vital signs and writes the score, its Device and its Provenance in one transaction. */
export async function runNews2(deps: NewsDeps, patientId: string, key: string | undefined): Promise<NewsResult> {
  const now = deps.clock();
  const results = await readBatch(deps.client, reads(patientId, now));
  const found = results.flatMap((each) => each.resources);
  const observations = ofType(found, 'Observation').filter((each) => idOf(each.subject, 'Patient') === patientId);
  const vitals = readVitals(observations, now, deps.timeZone);
  if (newsParameters.every((parameter) => vitals[parameter] === undefined)) {
    return { kind: 'abstained', code: 'vitals-missing' };
  }
  const { scale, basis } = readOxygenScale(observations, now, deps.timeZone);
  const draft: NewsDraft = {
    patientId,
    vitals,
    score: scoreNews2(vitals, scale),
    basis: basisOf(vitals, basis),
    runKey: `${patientId}:${key ?? now.toISOString()}`,
    now,
  };
  const observation = newsObservation(draft);
  const entries = entriesOf(draft, observation, ofType(found, 'CareTeam'));
  const id = createdId(await writeTransaction(deps.client, entries), 'Observation');
  return { kind: 'scored', observation: { ...observation, ...(id && { id }) } };
}

function basisOf(vitals: Vitals, scale: string | undefined): string[] {
  const found = [...newsParameters.map((parameter) => vitals[parameter]?.basis), scale];
  return [...new Set(found.filter((each) => each !== undefined))];
}

function entriesOf(draft: NewsDraft, observation: Observation, careTeams: readonly CareTeam[]): BundleEntry[] {
  const urn = (name: string): string => `urn:uuid:${localUuid(`${draft.runKey} ${name}`)}`;
  const ifNoneExist = `identifier=${botCanonical.newsRun}|${draft.runKey}`;
  const alerts = newsAlertEntries(draft, careTeams, { alert: urn('alert'), score: urn('score') });
  const provenance = provenanceOf({
    engine: news2Engine,
    device: { reference: urn('device') },
    targets: [urn('score'), ...alerts.map(({ fullUrl }) => fullUrl ?? '')],
    sources: draft.basis,
    recorded: draft.now.toISOString(),
  });
  return [
    deviceEntry(news2Engine, urn('device')),
    {
      fullUrl: urn('score'),
      resource: observation,
      request: { method: 'POST', url: 'Observation', ifNoneExist },
    },
    ...alerts,
    { fullUrl: urn('provenance'), resource: provenance, request: { method: 'POST', url: 'Provenance' } },
  ];
}

/** NEWS2 bot: a vital sign, or a Patient by hand → a new score Observation of the patient, and an alert where it is high. */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<NewsResult> {
  const resource = inputResource(event);
  const isObservation = resource?.resourceType === 'Observation';
  const patientId = isObservation
    ? idOf(resource.subject, 'Patient')
    : resource?.resourceType === 'Patient'
      ? resource.id
      : undefined;
  if (!patientId) {
    throw new BotError('no-patient', 'NEWS2 needs a vital sign of a patient, or a Patient.', { retryable: false });
  }
  const key = isObservation ? idempotencyKey(event) : idempotencyKey({ ...event, input: undefined });
  return runNews2({ client: medplum, clock: () => new Date(), timeZone: timeZoneOf(event) }, patientId, key);
}
