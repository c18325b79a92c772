import type { Claim, DocumentReference, Extension, ParametersParameter } from '@medplum/fhirtypes';
import { documentCoding, extensionUrl } from '@mindbridge/fhir-profiles';
import { notFound, parseReference, unprocessable } from '../../fhir/index.ts';
import { type OperationRequest, type OperationResponse, parseStored, type Repository } from '../../repository/index.ts';
import { loadSources, unlessMissing } from './load-note.ts';
import type { NoteEvidence, NoteSentence, Support } from './note-evidence.ts';
import { evidenceOf, relatedOf } from './note-parts.ts';
import { resolves, type SourceTexts, turnOf } from './source-text.ts';

type Part = ParametersParameter;

/** A note whose evidence is walked, with what its quotes rest on as far as the caller may read it. */
interface WalkedNote {
  readonly evidence: NoteEvidence;
  readonly sources: SourceTexts;
  /** Where the sound of each transcript is, by the transcript's versioned reference. */
  readonly sounds: ReadonlyMap<string, string>;
}

const isOfKind = (document: DocumentReference | undefined, code: string): boolean =>
  document?.type?.coding?.some(
    (coding) => coding.system === documentCoding.recording.system && coding.code === code,
  ) === true;

/** The recording of a transcript, where there is one that the caller may read. */
async function soundOf(repository: Repository, transcript: string): Promise<string | undefined> {
  const [type = '', id = ''] = transcript.split('/');
  if (type !== 'DocumentReference') {
    return undefined;
  }
  const document = await unlessMissing(repository.readResource<DocumentReference>(type, id));
  for (const reference of document ? relatedOf(document, type) : []) {
    const related = await unlessMissing(repository.readReference<DocumentReference>({ reference }));
    if (isOfKind(related, documentCoding.recording.code)) {
      return reference;
    }
  }
  return undefined;
}

async function walked(repository: Repository, document: DocumentReference): Promise<WalkedNote | undefined> {
  const evidence = evidenceOf(document);
  if (!evidence) {
    return undefined;
  }
  const sources = await loadSources(repository, evidence, document);
  const sounds = await Promise.all(
    [...sources.keys()].map(async (reference) => [reference, await soundOf(repository, reference)] as const),
  );
  return {
    evidence,
    sources,
    sounds: new Map(sounds.flatMap(([key, sound]) => (sound ? [[key, sound] as const] : []))),
  };
}

function supportPart(support: Support, { sources, sounds }: WalkedNote): Part {
  const { source, path, start, end, quote, sha256, turn: number } = support;
  const turn = turnOf(sources.get(source), support);
  const sound = sounds.get(source);
  const timed: Part[] = [
    ...(sound !== undefined ? [{ name: 'audio', valueReference: { reference: sound } }] : []),
    ...(turn?.audioStart !== undefined ? [{ name: 'audio-start', valueDecimal: turn.audioStart }] : []),
    ...(turn?.audioEnd !== undefined ? [{ name: 'audio-end', valueDecimal: turn.audioEnd }] : []),
  ];
  return {
    name: 'support',
    part: [
      { name: 'source', valueReference: { reference: source } },
      ...(number !== undefined ? [{ name: 'turn', valueInteger: number }] : []),
      ...(turn ? [{ name: 'speaker', valueString: turn.speaker }] : []),
      ...(path !== undefined ? [{ name: 'path', valueString: path }] : []),
      { name: 'start', valueInteger: start },
      { name: 'end', valueInteger: end },
      { name: 'quote', valueString: quote },
      { name: 'sha256', valueString: sha256 },
      { name: 'resolves', valueBoolean: resolves(sources, support) },
      ...timed,
    ],
  };
}

function sentencePart(sentence: NoteSentence, note: WalkedNote): Part {
  const { sentenceId, section, text, start, end, origin, verdict, support } = sentence;
  return {
    name: 'sentence',
    part: [
      { name: 'id', valueString: sentenceId },
      { name: 'section', valueCode: section },
      { name: 'text', valueString: text },
      { name: 'start', valueInteger: start },
      { name: 'end', valueInteger: end },
      { name: 'origin', valueCode: origin },
      ...(verdict !== undefined ? [{ name: 'verdict', valueCode: verdict }] : []),
      ...support.map((each) => supportPart(each, note)),
    ],
  };
}

const answer = (parameter: Part[]): OperationResponse => ({ resource: { resourceType: 'Parameters', parameter } });

/** `DocumentReference/{id}/$evidence`: each sentence of a note, what was said for it, and when. */
export async function noteEvidence({ repository, id }: OperationRequest): Promise<OperationResponse> {
  const document = await repository.readResource<DocumentReference>('DocumentReference', id ?? '');
  const note = await walked(repository, document);
  if (!note) {
    throw unprocessable('note-evidence-missing', 'The document carries no evidence');
  }
  return answer(note.evidence.sentences.map((sentence) => sentencePart(sentence, note)));
}

interface CodedSpan {
  readonly document: string;
  readonly start: number;
  readonly end: number;
}

const partOf = (extension: Extension, url: string): Extension | undefined =>
  extension.extension?.find((each) => each.url === url);

function spanOf(extension: Extension): CodedSpan | undefined {
  const document = partOf(extension, 'note')?.valueReference?.reference;
  const start = partOf(extension, 'start')?.valueInteger;
  const end = partOf(extension, 'end')?.valueInteger;
  return document !== undefined && start !== undefined && end !== undefined ? { document, start, end } : undefined;
}

type Walk = (reference: string) => Promise<WalkedNote | undefined>;

/** Walks each note once, in the version that is cited. */
function walkOnce(repository: Repository): Walk {
  const known = new Map<string, Promise<WalkedNote | undefined>>();
  return (reference) => {
    const found = known.get(reference) ?? walkVersion(repository, reference);
    known.set(reference, found);
    return found;
  };
}

async function walkVersion(repository: Repository, reference: string): Promise<WalkedNote | undefined> {
  const literal = parseReference(reference);
  if (literal?.type !== 'DocumentReference') {
    return undefined;
  }
  const { type, id, version } = literal;
  const stored = await unlessMissing(
    version === undefined ? repository.readStored(type, id) : repository.readStoredVersion(type, id, version),
  );
  return stored && !stored.deleted ? walked(repository, parseStored<DocumentReference>(stored)) : undefined;
}

async function evidencePart(walk: Walk, extension: Extension): Promise<Part> {
  const rationale = partOf(extension, 'rationale')?.valueString;
  const quote = partOf(extension, 'quote')?.valueString;
  const span = spanOf(extension);
  const note = span && (await walk(span.document));
  const touched = (note?.evidence.sentences ?? []).filter(
    (sentence) => span && sentence.start < span.end && span.start < sentence.end,
  );
  return {
    name: 'evidence',
    part: [
      ...(rationale !== undefined ? [{ name: 'rationale', valueString: rationale }] : []),
      ...(span ? [{ name: 'document', valueReference: { reference: span.document } }] : []),
      ...(quote !== undefined ? [{ name: 'quote', valueString: quote }] : []),
      ...(note ? touched.map((sentence) => sentencePart(sentence, note)) : []),
    ],
  };
}

/** `Claim/{id}/$evidence`: each code, the words of the note that carry it, what was said for them, and when. */
export async function claimEvidence({ repository, id }: OperationRequest): Promise<OperationResponse> {
  const claim = await repository.readResource<Claim>('Claim', id ?? '');
  const walk = walkOnce(repository);
  const coded = [
    ...(claim.diagnosis ?? []).map((each) => ({ coding: each.diagnosisCodeableConcept?.coding?.[0], each })),
    ...(claim.item ?? []).map((each) => ({ coding: each.productOrService.coding?.[0], each })),
  ];
  const codes = await Promise.all(
    coded.map(async ({ coding, each }): Promise<Part[]> => {
      const cited = (each.extension ?? []).filter(({ url }) => url === extensionUrl.codeEvidence);
      const evidence = await Promise.all(cited.map((extension) => evidencePart(walk, extension)));
      return coding ? [{ name: 'code', part: [{ name: 'code', valueCoding: coding }, ...evidence] }] : [];
    }),
  );
  if (codes.flat().length === 0) {
    throw notFound();
  }
  return answer(codes.flat());
}
