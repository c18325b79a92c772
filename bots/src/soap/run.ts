import type { DocumentReference, Encounter, Resource } from '@medplum/fhirtypes';
import { documentationQuestions } from '../kit/documentation/questions.ts';
import {
  type Abstention,
  abstain,
  abstentionEntry,
  attachmentText,
  type BatchClient,
  type Clock,
  createdId,
  type DownloadClient,
  deviceEntry,
  draft,
  localUuid,
  type ModelEngine,
  type Outcome,
  type Prompt,
  promptNamed,
  type ShownElements,
  versionedReference,
  writeTransaction,
} from '../kit/index.ts';
import { turns } from '../kit/text/index.ts';
import { type ChartFacts, chartFacts } from './chart.ts';
import { criticalFindings } from './critical-findings.ts';
import type { DraftSentence } from './draft-note.ts';
import { draftOrAbstain } from './draft-or-abstain.ts';
import type { DraftedNote } from './drafted.ts';
import { soapClaude, soapEmbedded, soapPrompts } from './engines.ts';
import { modelDraft } from './model-draft.ts';
import { noteText, placedSentences } from './note-text.ts';
import { readVisit, type VisitRecord } from './reads.ts';
import { type DraftContext, draftEntries } from './resources.ts';
import { shownElements } from './shown.ts';
import { judgeSentences } from './supported.ts';
import type { TemplateName } from './template.ts';
import type { DraftRequest } from './trigger.ts';
import { utterancesOf } from './utterance.ts';
import { LONGEST_TRANSCRIPT, type Visit, visitOf } from './visit.ts';

/** What a run needs from outside. */
export interface SoapDeps {
  readonly client: BatchClient & DownloadClient;
  readonly clock: Clock;
  /** A model, where the clinic uses one. */
  readonly model?: ModelEngine;
  /** Does the clinic permit rules to stand in when the model fails? */
  readonly mayFallBack: boolean;
}

/** What became of a request. */
export type SoapResult =
  | { readonly kind: 'draft'; readonly document: string; readonly composition: string; readonly task: string }
  | { readonly kind: 'abstain'; readonly code: string; readonly reason: string; readonly guidance?: string };

/** Drafts the note of one visit and writes it in one transaction, or records why there is none. */
export async function runSoap(deps: SoapDeps, request: DraftRequest): Promise<SoapResult> {
  const record = await readVisit(deps.client, request);
  const runKey = `soap:${request.encounter}:${request.key ?? deps.clock().toISOString()}`;
  const prepared = await prepare(deps, request, record);
  if (prepared.kind === 'abstain') {
    return recordAbstention(deps, request, record, runKey, prepared);
  }
  const { visit, facts, context } = prepared.value;
  const asking = { prompt: promptNamed(soapPrompts, record.prompt), manifest: shownElements(context.sources) };
  const drafted = await draftVisit(deps, visit, facts, { ...asking, template: request.template });
  if (drafted.kind === 'abstain') {
    return recordAbstention(deps, request, record, runKey, drafted);
  }
  const entries = draftEntries(drafted.value, { ...context, runKey });
  const written = await writeTransaction(deps.client, entries);
  const id = (type: 'DocumentReference' | 'Composition' | 'Task'): string =>
    `${type}/${createdId(written, type) ?? ''}`;
  return { kind: 'draft', document: id('DocumentReference'), composition: id('Composition'), task: id('Task') };
}

interface Prepared {
  readonly visit: Visit;
  readonly facts: ChartFacts;
  readonly context: Omit<DraftContext, 'runKey'>;
}

/** Everything that a draft needs, or the first thing that is missing. */
async function prepare(deps: SoapDeps, request: DraftRequest, record: VisitRecord): Promise<Outcome<Prepared>> {
  const { encounter, transcript, clinician, patient } = record;
  if (!encounter || !patient) {
    return abstain('encounter-missing', 'The encounter is unknown, has no patient, or is not visible to this bot.');
  }
  if (encounter.status !== 'finished' && request.cause !== 'asked') {
    return abstain('encounter-open', 'The encounter has not finished.');
  }
  const source = transcript && versionedReference(transcript);
  if (!transcript || !source) {
    return abstain('transcript-missing', 'The encounter has no transcript that is visible to this bot.');
  }
  if (isOfOtherEvent(request, encounter, transcript)) {
    return abstain(
      'other-event',
      'The event of the encounter or that of its transcript, whichever came later, drafts.',
    );
  }
  if (!clinician) {
    return abstain('clinician-missing', 'The encounter names no clinician to whom the draft could be addressed.');
  }
  const [content] = transcript.content ?? [];
  if ((content?.attachment.size ?? 0) > LONGEST_TRANSCRIPT * 4) {
    return abstain('transcript-too-long', `The transcript is longer than ${LONGEST_TRANSCRIPT} characters.`);
  }
  const text = content && (await attachmentText(deps.client, content.attachment));
  if (text === undefined) {
    return abstain('transcript-not-text', 'The transcript is not plain text, or cannot be read.');
  }
  const visit = visitOf(text);
  if (visit.kind === 'abstain') {
    return visit;
  }
  const facts = chartFacts(record.chart, request.encounter);
  const sources = [source, versionedReference(encounter), ...facts.sources].filter((each) => each !== undefined);
  const { devices } = record;
  return draft({
    visit: visit.value,
    facts,
    context: {
      encounter: request.encounter,
      patient,
      clinician,
      transcript: source,
      sources,
      devices,
      now: deps.clock(),
    },
  });
}

/** Encounter and transcript have an event each; only the later one drafts, so that there is one draft. */
function isOfOtherEvent({ cause, known }: DraftRequest, encounter: Encounter, transcript: DocumentReference): boolean {
  const at = (resource: Resource): number => Date.parse(resource.meta?.lastUpdated ?? '');
  return (
    (cause === 'encounter' && at(transcript) > at(known ?? encounter)) ||
    (cause === 'transcript' && at(encounter) >= at(transcript))
  );
}

/** How a model is asked: the prompt that was chosen (undefined when this bot holds no such version), and what it shows. */
interface Asking {
  readonly prompt: Prompt | undefined;
  readonly manifest: readonly ShownElements[];
}

type Sentences = Pick<DraftedNote, 'engine' | 'prompt' | 'dropped'> & { readonly sentences: readonly DraftSentence[] };

async function draftVisit(
  deps: SoapDeps,
  visit: Visit,
  facts: ChartFacts,
  { template, ...asking }: Asking & { readonly template: TemplateName },
): Promise<Outcome<DraftedNote>> {
  const written = await sentencesOf(deps, visit, facts, asking);
  if (written.kind === 'abstain') {
    return written;
  }
  const { sentences, ...how } = written.value;
  const note = noteText({ sentences: [...sentences, ...facts.measured] }, template);
  return draft({
    ...how,
    note,
    judged: judgeSentences(placedSentences(note), { transcript: visit.said, chart: facts.lines }),
    critical: criticalFindings(utterancesOf(turns(visit.said))),
    questions: documentationQuestions(note.text),
    addressed: visit.addressed.length,
  });
}

/** A model first where the clinic uses one; rules where it does not, or where it permits them to stand in. */
async function sentencesOf(
  deps: SoapDeps,
  visit: Visit,
  facts: ChartFacts,
  { prompt, manifest }: Asking,
): Promise<Outcome<Sentences>> {
  const asked = deps.model && (await askedDraft(deps.model, visit, facts, { prompt, manifest }));
  if (asked?.kind === 'draft') {
    return asked;
  }
  if (asked && asked.code !== 'model-not-configured' && !deps.mayFallBack) {
    return asked;
  }
  const ruled = draftOrAbstain(visit.transcript, facts.lines);
  return ruled.kind === 'abstain'
    ? ruled
    : draft({ sentences: ruled.value.sentences, engine: soapEmbedded, dropped: [] });
}

async function askedDraft(
  model: ModelEngine,
  visit: Visit,
  facts: ChartFacts,
  { prompt, manifest }: Asking,
): Promise<Outcome<Sentences>> {
  if (!prompt) {
    return abstain('prompt-unknown', 'The version of the prompt that is in use is not one that this bot holds.');
  }
  const written = await modelDraft(model, visit, facts.lines, { prompt, manifest });
  return written.kind === 'abstain' ? written : draft({ ...written.value, engine: soapClaude(prompt), prompt });
}

/** A finished encounter that nobody recorded is no failure that anybody is to read of. */
const SILENT = new Set(['transcript-missing', 'encounter-open', 'encounter-missing', 'other-event']);

async function recordAbstention(
  deps: SoapDeps,
  request: DraftRequest,
  { patient, encounter }: VisitRecord,
  runKey: string,
  abstention: Abstention,
): Promise<SoapResult> {
  const { code, reason } = abstention;
  if (!encounter || (SILENT.has(code) && request.cause !== 'asked')) {
    return { kind: 'abstain', code, reason };
  }
  const device = `urn:uuid:${localUuid(`${runKey} device`)}`;
  const entry = abstentionEntry({
    bot: 'soap',
    runKey,
    abstention,
    patient,
    encounter: request.encounter,
    device: { reference: device },
    now: deps.clock(),
  });
  const written = await writeTransaction(deps.client, [deviceEntry(soapEmbedded, device), entry]);
  const id = createdId(written, 'GuidanceResponse');
  return { kind: 'abstain', code, reason, ...(id && { guidance: `GuidanceResponse/${id}` }) };
}
