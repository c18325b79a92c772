import type { Attachment, BundleEntry, Claim, DocumentReference, Task } from '@medplum/fhirtypes';
import { documentFormatCoding, taskCoding } from '@mindbridge/fhir-profiles';
import {
  type Abstention,
  abstain,
  abstentionEntry,
  attachmentText,
  type BatchClient,
  botCanonical,
  type Clock,
  createdId,
  type DownloadClient,
  deviceEntry,
  draft,
  labelled,
  literalOf,
  localDate,
  localUuid,
  type Outcome,
  provenanceOf,
  versionedReference,
  writeTransaction,
} from '../kit/index.ts';
import { type ClaimContext, claimOf } from './claim.ts';
import { type CodedNote, codeNote } from './code-note.ts';
import type { CodeTable } from './code-table.ts';
import { codingEngine } from './engine.ts';
import { warningEntries } from './issues.ts';
import { noteProblems } from './note-problems.ts';
import { type NoteRecord, offeredCodes, readNoteRecord } from './reads.ts';
import { sentencePlaces } from './sentence-places.ts';
import type { CodingRequest } from './trigger.ts';

/** What a run needs from outside. */
export interface CodingDeps {
  readonly client: BatchClient & DownloadClient;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly tables: readonly CodeTable[];
}

/** What became of a note. */
export type CodingResult =
  | { readonly kind: 'draft'; readonly claim: string; readonly task: string }
  | { readonly kind: 'abstain'; readonly code: string; readonly reason: string; readonly guidance?: string };

/** Suggests codes for one signed note and writes them as a draft Claim in one transaction, or records why there is none. */
export async function runCoding(deps: CodingDeps, request: CodingRequest): Promise<CodingResult> {
  const record = await readNoteRecord(deps.client, request);
  const runKey = `coding:${request.document}:${request.key ?? deps.clock().toISOString()}`;
  const coded = await codedNote(deps, record, runKey);
  if (coded.kind === 'abstain') {
    return recordAbstention(deps, record, runKey, coded);
  }
  const written = await writeTransaction(deps.client, entriesOf(coded.value, record, deps.clock()));
  const id = (type: 'Claim' | 'Task'): string => `${type}/${createdId(written, type) ?? ''}`;
  return { kind: 'draft', claim: id('Claim'), task: id('Task') };
}

interface Coded {
  readonly note: CodedNote;
  readonly context: ClaimContext;
}

async function codedNote(deps: CodingDeps, record: NoteRecord, runKey: string): Promise<Outcome<Coded>> {
  const { document, encounter } = record;
  const source = document && versionedReference(document);
  const [patient, provider] = [
    literalOf(document?.subject),
    literalOf(document?.authenticator ?? document?.author?.[0]),
  ];
  if (!document || !source || document.docStatus !== 'final' || document.status !== 'current') {
    return abstain('note-unsigned', 'Only a signed note is coded.');
  }
  if (!patient || !provider) {
    return abstain('note-incomplete', 'The note names no patient, or nobody who signed it.');
  }
  const text = await textOf(deps, document);
  if (text === undefined) {
    return abstain('note-not-text', 'The note is not plain text, or cannot be read.');
  }
  const now = deps.clock();
  const served = encounter?.period?.start ?? document.context?.period?.start ?? document.date;
  const day =
    served && !Number.isNaN(Date.parse(served))
      ? localDate(new Date(served), deps.timeZone)
      : localDate(now, deps.timeZone);
  const offered = await offeredCodes(deps.client, noteProblems(text).problems);
  const note = codeNote({ text, day, isNewPatient: record.isNewPatient, offered }, deps.tables);
  if (note.kind === 'abstain') {
    return note;
  }
  const context: ClaimContext = {
    runKey,
    patient,
    provider,
    day,
    now,
    note: source,
    sentenceAt: await sentencePlaces(deps.client, document),
    encounter: literalOf(document.context?.encounter?.[0]),
    numbers: record.numbers,
  };
  return draft({ note: note.value, context });
}

/** The text of a note: the attachment of that format, else the first plain one. */
async function textOf(deps: CodingDeps, { content = [] }: DocumentReference): Promise<string | undefined> {
  const isPlain = ({ contentType }: Attachment): boolean => contentType?.startsWith('text/plain') ?? false;
  const chosen =
    content.find((each) => each.format?.code === documentFormatCoding.note.code) ??
    content.find((each) => isPlain(each.attachment));
  return chosen && attachmentText(deps.client, chosen.attachment);
}

/** The transaction of one coded note: Claim, Task for who codes, warnings, Device where it is new, Provenance. */
function entriesOf({ note, context }: Coded, record: NoteRecord, now: Date): BundleEntry[] {
  const urn = (name: string): string => `urn:uuid:${localUuid(`${context.runKey} ${name}`)}`;
  const device = { reference: record.device?.id ? `Device/${record.device.id}` : urn('device') };
  const claim = urn('claim');
  const post = (fullUrl: string, resource: Claim | Task): BundleEntry => ({
    fullUrl,
    resource,
    request: {
      method: 'POST',
      url: resource.resourceType,
      ifNoneExist: `identifier=${botCanonical.noteRun}|${context.runKey}`,
    },
  });
  const implicated = [claim, context.note];
  const written = [
    post(claim, claimOf(note, context)),
    post(urn('task'), taskOf(context, claim)),
    ...warningEntries(note, { runKey: context.runKey, patient: context.patient, implicated, device, now }),
  ];
  const provenance = provenanceOf({
    engine: codingEngine,
    device,
    targets: written.map((entry) => entry.fullUrl ?? ''),
    sources: [context.note],
    recorded: now.toISOString(),
  });
  return [
    ...(record.device?.id ? [] : [deviceEntry(codingEngine, device.reference)]),
    ...written,
    { fullUrl: urn('provenance'), resource: provenance, request: { method: 'POST', url: 'Provenance' } },
  ];
}

/** The Task of who signed the note: accept, change or reject the codes. */
function taskOf(context: ClaimContext, claim: string): Task {
  return labelled<Task>({
    resourceType: 'Task',
    identifier: [{ system: botCanonical.noteRun, value: context.runKey }],
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    code: { coding: [taskCoding.reviewCodes] },
    description: 'Review the suggested codes.',
    focus: { reference: claim },
    for: { reference: context.patient },
    ...(context.encounter && { encounter: { reference: context.encounter } }),
    authoredOn: context.now.toISOString(),
    lastModified: context.now.toISOString(),
    owner: { reference: context.provider },
  } as Task);
}

/** A document that is no signed note is no failure that anybody is to read of. */
const SILENT = new Set(['note-unsigned']);

async function recordAbstention(
  deps: CodingDeps,
  { document }: NoteRecord,
  runKey: string,
  abstention: Abstention,
): Promise<CodingResult> {
  const { code, reason } = abstention;
  if (!document || SILENT.has(code)) {
    return { kind: 'abstain', code, reason };
  }
  const device = `urn:uuid:${localUuid(`${runKey} device`)}`;
  const entry = abstentionEntry({
    bot: 'coding',
    runKey,
    abstention,
    patient: literalOf(document.subject),
    encounter: literalOf(document.context?.encounter?.[0]),
    device: { reference: device },
    now: deps.clock(),
  });
  const written = await writeTransaction(deps.client, [deviceEntry(codingEngine, device), entry]);
  const id = createdId(written, 'GuidanceResponse');
  return { kind: 'abstain', code, reason, ...(id && { guidance: `GuidanceResponse/${id}` }) };
}
