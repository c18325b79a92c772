import type { ConceptMap, Device, DocumentReference, Encounter, ValueSet } from '@medplum/fhirtypes';
import { CANONICAL_BASE, standardSystem } from '@mindbridge/fhir-profiles';
import { type BatchClient, deviceSearch, idOf, literalOf, ofType, readBatch } from '../kit/index.ts';
import type { CodeEntry } from './code-table.ts';
import { codingEngine } from './engine.ts';
import type { NoteProblem } from './note-problems.ts';
import type { CodingRequest } from './trigger.ts';

/** Everything that coding one note needs to know. */
export interface NoteRecord {
  readonly document?: DocumentReference;
  readonly encounter?: Encounter;
  /** Was the patient seen here before, as far as this bot sees? */
  readonly isNewPatient: boolean;
  /** Numbers of the visit levels, where the clinic has loaded them. */
  readonly numbers?: ConceptMap;
  readonly device?: Device;
}

/** Canonical of the map from our visit levels to licensed numbers, which a clinic loads itself. */
export const levelNumbers = `${CANONICAL_BASE}/ConceptMap/em-level-numbers`;

function query(type: string, parameters: Readonly<Record<string, string>>): string {
  return `${type}?${new URLSearchParams(parameters).toString()}`;
}

/** Three years after which a patient counts as new again. */
const YEARS = 3;

/** Reads the note, then its visit and what the clinic has loaded: two round trips, one when the event brought the note. */
export async function readNoteRecord(client: BatchClient, request: CodingRequest): Promise<NoteRecord> {
  const document =
    request.known ??
    (await readBatch(client, [request.document])).flatMap((each) => ofType(each.resources, 'DocumentReference'))[0];
  const encounterId = idOf(document?.context?.encounter?.[0], 'Encounter');
  const patient = literalOf(document?.subject);
  const results = await readBatch(client, [
    ...(encounterId ? [`Encounter/${encounterId}`] : []),
    ...(patient ? [query('Encounter', { subject: patient, status: 'finished', _sort: '-date', _count: '20' })] : []),
    query('ConceptMap', { url: levelNumbers, _count: '1' }),
    deviceSearch(codingEngine),
  ]);
  const resources = results.flatMap((each) => each.resources);
  const encounters = ofType(resources, 'Encounter');
  const encounter = encounters.find((each) => each.id === encounterId);
  const earlier = encounters.filter((each) => each.id !== encounterId && wasWithin(each, encounter, YEARS));
  return {
    document,
    encounter,
    isNewPatient: earlier.length === 0,
    numbers: ofType(resources, 'ConceptMap')[0],
    device: ofType(resources, 'Device')[0],
  };
}

function wasWithin({ period }: Encounter, encounter: Encounter | undefined, years: number): boolean {
  const start = encounter?.period?.start ?? encounter?.period?.end;
  const end = period?.end ?? period?.start;
  if (!start || !end) {
    return false;
  }
  const days = (Date.parse(start) - Date.parse(end)) / 86_400_000;
  return days > 0 && days <= years * 366;
}

/** Most problems of a note that are looked up at the server. */
const MOST = 12;

/**
 * What a fuller code table of the server offers for the problems of a note, in one round trip; nothing where the server has
 * none. The server serves the release that is valid on the day.
 */
export async function offeredCodes(client: BatchClient, problems: readonly NoteProblem[]): Promise<CodeEntry[]> {
  const urls = problems.slice(0, MOST).map(({ text }) => {
    const filter = text.replace(/[^\p{L}\p{N} -]/gu, ' ').trim();
    return query('ValueSet/$expand', { url: `${standardSystem.icd10cm}?fhir_vs`, filter, count: '20' });
  });
  const results = urls.length > 0 ? await readBatch(client, urls) : [];
  const sets: ValueSet[] = results.flatMap((each) => ofType(each.resources, 'ValueSet'));
  const entries = sets
    .flatMap((each) => each.expansion?.contains ?? [])
    .flatMap(({ system, code, display }) =>
      system === standardSystem.icd10cm && code && display ? [{ code, description: display }] : [],
    );
  return [...new Map(entries.map((entry) => [entry.code, entry])).values()];
}
