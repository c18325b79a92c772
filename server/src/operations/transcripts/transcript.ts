import { randomUUID } from 'node:crypto';
import type { WithId } from '@medplum/core';
import type { Binary, Consent, Device, DocumentReference, Encounter } from '@medplum/fhirtypes';
import { documentCoding, documentFormatCoding, extensionUrl, identifierSystem } from '@mindbridge/fhir-profiles';
import type { AccessGrant } from '../../access/index.ts';
import { FhirError, forbidden, type RequestContext, unprocessable } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse, Repository } from '../../repository/index.ts';
import { abstentionOf } from '../notes/abstention.ts';
import { sha256 } from '../notes/sha256.ts';
import type { CanonicalTranscript } from '../notes/transcript-text.ts';
import { assertConsent } from './consent.ts';
import type { SpeechEngine } from './speech-engine.ts';
import type { TranscriptInput } from './transcript-input.ts';
import { understood } from './understood.ts';

/** What the intake of transcripts needs from the house. */
export interface TranscriptDependencies {
  /** Everything in the caller's clinic, in the caller's name. */
  readonly trusted: (context: RequestContext) => Repository;
  /** Speech-to-text as it is set up; the first is used unless another is asked for. */
  readonly speech: readonly SpeechEngine[];
  readonly clock: () => Date;
}

type Asking = Omit<OperationRequest, 'body'>;

/** A visit that may be written down, and the consent to it. */
interface Admitted {
  readonly encounter: string;
  readonly patient: string;
  readonly consent: WithId<Consent>;
}

const mayWriteDocuments = (grant: AccessGrant): boolean =>
  grant.ruleSets.every((set) => set.rulesFor('DocumentReference', 'create').length > 0);

/**
 * Looked at before a byte of the body is read: may this person write down this visit, and has the patient consented?
 * @throws FhirError 403, 404, 422.
 */
async function admitted({ trusted, clock }: TranscriptDependencies, request: Asking): Promise<Admitted> {
  const { context, grant, repository, query } = request;
  const encounter = await repository.readResource<Encounter>('Encounter', request.id ?? '');
  const patient = encounter.subject?.reference;
  if (!patient?.startsWith('Patient/')) {
    throw unprocessable('transcript-no-patient', 'The encounter names no patient', 'Encounter.subject');
  }
  if (/^(?:Patient|RelatedPerson)\//.test(context.author) || !mayWriteDocuments(grant)) {
    throw forbidden('transcript-denied', 'You may not write down visits');
  }
  const consent = query.get('consent') ?? undefined;
  const reference = `Encounter/${encounter.id}`;
  const visit = { patient, encounter: reference, now: clock(), ...(consent !== undefined && { consent }) };
  return { encounter: reference, patient, consent: await assertConsent(trusted(context), visit) };
}

/** What FHIR takes as the author of a document; a client is none. */
const isAuthor = (reference: string): boolean => /^(?:Practitioner|PractitionerRole|Device)\//.test(reference);

const encoded = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString('base64');

/** One Device for each speech engine and version. */
async function deviceOf(repository: Repository, { name, version, isSimulated }: SpeechEngine): Promise<string> {
  const value = `${name}/${version}`;
  const device: Device = {
    resourceType: 'Device',
    identifier: [{ system: identifierSystem.engine, value }],
    status: 'active',
    deviceName: [
      { name: isSimulated ? 'Simulated speech-to-text' : `Speech-to-text ${name}`, type: 'user-friendly-name' },
    ],
    version: [{ value: version }],
    type: { text: isSimulated ? 'Simulator of speech-to-text' : 'Speech-to-text software' },
  };
  const { stored } = await repository.createIfNone('Device', device, `identifier=${identifierSystem.engine}|${value}`);
  return `Device/${stored.id}`;
}

interface Stored {
  readonly document: DocumentReference & { readonly id: string };
  readonly binary: Binary;
}

/** A document and its bytes, which those may read who may read the document. */
function stored(id: string, bytes: Uint8Array | string, contentType: string, document: DocumentReference): Stored {
  const binary: Binary = {
    resourceType: 'Binary',
    id: `${id}-bytes`,
    contentType,
    securityContext: { reference: `DocumentReference/${id}` },
    data: encoded(bytes),
  };
  return { document: { ...document, id }, binary };
}

function documentOf(
  { patient, encounter, consent }: Admitted,
  type: keyof typeof documentCoding,
  at: Date,
): Omit<DocumentReference, 'content'> {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'final',
    type: { coding: [documentCoding[type]] },
    subject: { reference: patient },
    date: at.toISOString(),
    context: {
      encounter: [{ reference: encounter }],
      related: [{ reference: `Consent/${consent.id}/_history/${consent.meta?.versionId}` }],
    },
  };
}

function recordingOf(admission: Admitted, input: TranscriptInput & { readonly kind: 'audio' }, at: Date): Stored {
  const id = randomUUID();
  const attachment = { contentType: input.contentType, url: `Binary/${id}-bytes`, size: input.audio.byteLength };
  const document = { ...documentOf(admission, 'recording', at), content: [{ attachment }] };
  return stored(id, input.audio, input.contentType, document);
}

interface Written {
  readonly canonical: CanonicalTranscript;
  /** Reference of the speech engine's Device, or of the person. */
  readonly author: string;
  readonly isSimulated: boolean;
  readonly recording?: Stored;
  readonly at: Date;
}

function transcriptOf(admission: Admitted, { canonical, author, isSimulated, recording, at }: Written): Stored {
  const id = randomUUID();
  const { context, ...document } = documentOf(admission, 'transcript', at);
  const { text, turns } = canonical;
  const contentType = 'text/plain; charset=utf-8';
  const beside = JSON.stringify({ sha256: sha256(text), turns });
  const related = recording ? [{ reference: `DocumentReference/${recording.document.id}` }] : [];
  return stored(id, text, contentType, {
    ...document,
    ...(isAuthor(author) && { author: [{ reference: author }] }),
    context: { ...context, related: [...(context?.related ?? []), ...related] },
    ...(isSimulated && {
      extension: [{ url: extensionUrl.simulated, valueBoolean: true }],
      description: 'Simulated: the known transcript of a test audio, not what a speech service heard',
    }),
    content: [
      {
        attachment: { contentType, language: 'en', url: `Binary/${id}-bytes`, size: Buffer.byteLength(text) },
        format: documentFormatCoding.transcript,
      },
      {
        attachment: { contentType: 'application/json', data: encoded(beside) },
        format: documentFormatCoding.transcriptTurns,
      },
    ],
  });
}

/** A transcript that is no ground for a note is refused, and the visit keeps on record why. @throws what was thrown. */
async function abstained(
  { trusted, clock }: TranscriptDependencies,
  { context }: OperationRequest,
  { patient, encounter }: Admitted,
  error: unknown,
): Promise<never> {
  const details = error instanceof FhirError ? error.outcome.issue[0]?.details : undefined;
  const code = details?.coding?.[0]?.code;
  if (code && /^(?:transcript|speech)-/.test(code)) {
    const reason = details?.text ?? code;
    await trusted(context).createResource(abstentionOf({ patient, encounter, at: clock(), code, reason }));
  }
  throw error;
}

/** `Encounter/{id}/$transcript`: takes in what was said in a visit, once and for all. */
async function takeIn(deps: TranscriptDependencies, request: OperationRequest): Promise<OperationResponse> {
  const admission = await admitted(deps, request);
  const at = deps.clock();
  const { input, engine, canonical } = await understood(deps.speech, request).catch((error: unknown) =>
    abstained(deps, request, admission, error),
  );
  const recording = input.kind === 'audio' ? recordingOf(admission, input, at) : undefined;
  const document = await deps.trusted(request.context).withTransaction(async (repository) => {
    const author = engine ? await deviceOf(repository, engine) : request.context.author;
    const transcript = transcriptOf(admission, {
      canonical,
      author,
      isSimulated: engine?.isSimulated ?? false,
      ...(recording && { recording }),
      at,
    });
    for (const each of recording ? [recording, transcript] : [transcript]) {
      await repository.createResource(each.binary, { assignedId: true });
      await repository.createResource<DocumentReference>(each.document, { assignedId: true });
    }
    return repository.readStored('DocumentReference', transcript.document.id);
  });
  return { status: 201, resource: document, headers: { Location: `DocumentReference/${document.id}/_history/1` } };
}

/** The intake of transcripts. */
export function transcriptOperation(deps: TranscriptDependencies): Operation {
  return {
    name: '$transcript',
    level: 'instance',
    types: ['Encounter'],
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/Encounter-transcript',
    admit: async (request) => void (await admitted(deps, request)),
    handle: (request) => takeIn(deps, request),
  };
}
