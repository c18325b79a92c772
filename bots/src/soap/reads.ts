import type { Device, DocumentReference, Encounter, Parameters, Resource } from '@medplum/fhirtypes';
import { documentCoding } from '@mindbridge/fhir-profiles';
import { type BatchClient, deviceSearch, hasCode, literalOf, ofType, readBatch } from '../kit/index.ts';
import { soapClaude, soapEmbedded, soapPrompts } from './engines.ts';
import type { DraftRequest } from './trigger.ts';

/** Everything that one draft needs to know. */
export interface VisitRecord {
  readonly encounter?: Encounter;
  readonly transcript?: DocumentReference;
  /** The clinician to whom the draft is addressed, as a literal reference. */
  readonly clinician?: string;
  readonly patient?: string;
  readonly chart: readonly Resource[];
  readonly devices: readonly Device[];
  /** Version of the prompt that the caller or else the server chose for this encounter. */
  readonly prompt?: string;
}

function query(type: string, parameters: Readonly<Record<string, string>>): string {
  return `${type}?${new URLSearchParams(parameters).toString()}`;
}

function recordReads({ encounter, transcript, patient, prompt }: DraftRequest): string[] {
  const { system, code } = documentCoding.transcript;
  const ofPatient = patient
    ? [
        query('Condition', { patient, 'clinical-status': 'active', _count: '50' }),
        query('AllergyIntolerance', { patient, _count: '50' }),
        query('MedicationRequest', { patient, status: 'active', _count: '50' }),
      ]
    : [];
  return [
    encounter,
    transcript ?? query('DocumentReference', { encounter, type: `${system}|${code}`, _sort: '-date', _count: '5' }),
    query('Observation', { encounter, _count: '50' }),
    ...ofPatient,
    deviceSearch(soapEmbedded),
    ...soapPrompts.map((each) => deviceSearch(soapClaude(each))),
    ...(prompt === undefined ? [`${encounter}/$active-prompt?prompt=soap`] : []),
  ];
}

/** Reads the visit in one round trip. What is not visible to this bot is missing. */
export async function readVisit(client: BatchClient, request: DraftRequest): Promise<VisitRecord> {
  const resources = (await readBatch(client, recordReads(request))).flatMap((each) => each.resources);
  const encounter = ofType(resources, 'Encounter')[0] ?? request.known;
  const { system, code } = documentCoding.transcript;
  const transcript = ofType(resources, 'DocumentReference').find(
    (each) => hasCode(each.type, system, code) && isOf(each, request.encounter) && each.status === 'current',
  );
  return {
    encounter,
    transcript,
    clinician: request.clinician ?? clinicianOf(encounter) ?? clinicianOf(request.known),
    patient: request.patient ?? literalOf(encounter?.subject),
    chart: resources,
    devices: ofType(resources, 'Device'),
    prompt: request.prompt ?? chosenPrompt(ofType(resources, 'Parameters')[0]),
  };
}

function chosenPrompt(answer: Parameters | undefined): string | undefined {
  return answer?.parameter?.find(({ name }) => name === 'prompt')?.valueString;
}

/** A transcript of another visit is none of this one. */
function isOf(document: DocumentReference, encounter: string): boolean {
  return document.context?.encounter?.some((each) => literalOf(each) === encounter) ?? false;
}

const RESPONSIBLE = ['ATND', 'PPRF', 'CON'];

/** The clinician of an encounter: who attends or performs, else its first practitioner. */
function clinicianOf(encounter: Encounter | undefined): string | undefined {
  const practitioners = (encounter?.participant ?? []).filter((each) =>
    literalOf(each.individual)?.startsWith('Practitioner/'),
  );
  const responsible = practitioners.find((each) =>
    each.type?.some((type) => type.coding?.some((coding) => RESPONSIBLE.includes(coding.code ?? ''))),
  );
  return literalOf((responsible ?? practitioners[0])?.individual);
}
