import { Operator, type WithId } from '@medplum/core';
import type { Binary, Composition, DetectedIssue, DocumentReference, Resource } from '@medplum/fhirtypes';
import { documentFormatCoding } from '@mindbridge/fhir-profiles';
import { FhirError, parseReference } from '../../fhir/index.ts';
import { parseStored, type Repository } from '../../repository/index.ts';
import type { NoteEvidence } from './note-evidence.ts';
import { attachedText, attachmentOf, relatedOf } from './note-parts.ts';
import { isTranscript } from './note-resources.ts';
import { sha256 } from './sha256.ts';
import type { SourceText, SourceTexts } from './source-text.ts';
import { canonicalPlaces, canonicalTranscript, parseTurns, type TranscriptTurn } from './transcript-text.ts';

/** The value, or undefined for what is not there or may not be seen. @throws whatever is no 404, 410 or 403. */
export async function unlessMissing<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof FhirError && [403, 404, 410].includes(error.status)) {
      return undefined;
    }
    throw error;
  }
}

/** The Composition of a note; undefined when the note names none, or more than one. */
export async function loadComposition(
  repository: Repository,
  document: DocumentReference,
): Promise<WithId<Composition> | undefined> {
  const [reference, ...others] = relatedOf(document, 'Composition').map(parseReference);
  return reference && others.length === 0
    ? unlessMissing(repository.readResource<Composition>('Composition', reference.id))
    : undefined;
}

/** The findings about a note. */
export async function loadFindings(repository: Repository, documentId: string): Promise<WithId<DetectedIssue>[]> {
  const filters = [{ code: 'implicated', operator: Operator.EQUALS, value: `DocumentReference/${documentId}` }];
  return repository.searchResources<DetectedIssue>({ resourceType: 'DetectedIssue', filters, count: 1000 });
}

/** Text of a transcript that is still what it was when it was taken in; undefined when a single character of it is not. */
async function transcriptText(repository: Repository, document: DocumentReference): Promise<SourceText | undefined> {
  const url = attachmentOf(document, documentFormatCoding.transcript.code)?.url;
  const binary = parseReference(url);
  const beside = parseTurns(attachedText(attachmentOf(document, documentFormatCoding.transcriptTurns.code)) ?? '');
  if (binary?.type !== 'Binary' || beside === undefined) {
    return undefined;
  }
  const stored = await unlessMissing(repository.readResource<Binary>('Binary', binary.id));
  const text = attachedText(stored);
  return text !== undefined && sha256(text) === beside.sha256 && samePlaces(text, beside.turns)
    ? { kind: 'transcript', text, turns: beside.turns }
    : undefined;
}

function samePlaces(text: string, turns: readonly TranscriptTurn[]): boolean {
  const read = canonicalPlaces(text);
  const place = ({ turn, speaker, start, end }: TranscriptTurn) => `${turn} ${speaker} ${start} ${end}`;
  const words = read.map(({ speaker, start, end }) => ({ speaker, text: text.slice(start, end) }));
  return canonicalTranscript(words).text === text && read.map(place).join() === turns.map(place).join();
}

/** Is a record about that patient, so that a note of his may quote it? */
function isAbout(resource: Resource, patient: string | undefined): boolean {
  const { subject, patient: other } = resource as {
    readonly subject?: { readonly reference?: string };
    readonly patient?: { readonly reference?: string };
  };
  return [`${resource.resourceType}/${resource.id}`, subject?.reference, other?.reference].includes(patient ?? '');
}

const encounterOf = (document: DocumentReference): string | undefined => document.context?.encounter?.[0]?.reference;

async function loadSource(
  repository: Repository,
  reference: string,
  note: DocumentReference,
): Promise<SourceText | undefined> {
  const [type = '', id = '', , version = ''] = reference.split('/');
  const stored = await unlessMissing(repository.readStoredVersion(type, id, version));
  const resource = stored && !stored.deleted ? parseStored<Resource>(stored) : undefined;
  if (!resource || !isAbout(resource, note.subject?.reference)) {
    return undefined;
  }
  if (!isTranscript(resource)) {
    return { kind: 'record', resource };
  }
  return encounterOf(resource) === encounterOf(note) ? transcriptText(repository, resource) : undefined;
}

/**
 * The versions that a note quotes, as they stand now. Those that are not there, not what they were, or about another
 * patient or visit, are left out.
 */
export async function loadSources(
  repository: Repository,
  evidence: NoteEvidence,
  note: DocumentReference,
): Promise<SourceTexts> {
  const references = new Set(evidence.sentences.flatMap(({ support }) => support.map(({ source }) => source)));
  const loaded = await Promise.all(
    [...references].map(async (reference) => [reference, await loadSource(repository, reference, note)] as const),
  );
  return new Map(loaded.flatMap(([reference, source]) => (source ? [[reference, source] as const] : [])));
}
