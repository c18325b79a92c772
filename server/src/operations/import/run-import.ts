import { z } from 'zod';
import type { AccessGrant } from '../../access/index.ts';
import { FhirError, outcomeOf, type RequestContext } from '../../fhir/index.ts';
import type { GuardedClient } from '../../outbound/index.ts';
import type { JobChunk, JobHandler, JobResult, Repository, RunningJob } from '../../repository/index.ts';
import { chunksOf, type ImportSource } from './import-input.ts';
import { importLines } from './import-lines.ts';

/** What importing needs from the house. */
export interface ImportRunning {
  readonly fhirUrl: string;
  readonly isResourceType: (name: string) => boolean;
  readonly repositoryFor: (context: RequestContext, grant: AccessGrant) => Repository;
  /** Opens a client that fetches files; no credentials of ours go with it. */
  readonly openClient: () => GuardedClient;
}

/** What an import is asked for, as it is kept with its job. */
export const IMPORT_REQUEST = z.object({
  at: z.string(),
  sources: z.array(z.object({ file: z.number(), type: z.string(), url: z.string() })),
});

const PROGRESS = z.object({
  /** Sources that were fetched. */
  fetched: z.number().default(0),
  /** Last piece of input that was written. */
  after: z.number().default(0),
  file: z.number().default(0),
  /** Lines of that file so far. */
  line: z.number().default(0),
  created: z.number().default(0),
  updated: z.number().default(0),
  unchanged: z.number().default(0),
  refused: z.number().default(0),
  summed: z.boolean().default(false),
});
type Progress = z.infer<typeof PROGRESS>;

const OUTPUT_FILE = 1;
const ERROR_FILE = 2;
/** Names of the files that are made begin above those that are read. */
const READ_FILES = 10_000;

async function fetched(client: GuardedClient, source: ImportSource): Promise<string> {
  const failed = (text: string): FhirError =>
    new FhirError(500, [{ severity: 'error', code: 'exception', key: 'import-source', text }]);
  let answer: Awaited<ReturnType<GuardedClient['send']>>;
  try {
    const headers = { accept: 'application/fhir+ndjson' };
    answer = await client.send({ url: source.url, method: 'GET', headers });
  } catch {
    throw failed(`Input ${source.file} could not be fetched`);
  }
  if (answer.status !== 200) {
    throw failed(`Input ${source.file} could not be fetched: its server answered ${answer.status}`);
  }
  return answer.body.toString('utf8');
}

const label = (progress: Progress): string =>
  `${progress.created + progress.updated + progress.unchanged} resources, ${progress.refused} refused`;

function errorFile(refused: readonly object[]): JobChunk[] {
  if (refused.length === 0) {
    return [];
  }
  const text = refused.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
  return [{ file: READ_FILES + ERROR_FILE, role: 'error', type: 'OperationOutcome', lines: refused.length, text }];
}

function summaryFile({ created, updated, unchanged, refused }: Progress): JobChunk {
  const text = `${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused`;
  const outcome = outcomeOf([{ severity: 'information', code: 'informational', key: 'import-summary', text }]);
  const file = READ_FILES + OUTPUT_FILE;
  return { file, role: 'output', type: 'OperationOutcome', lines: 1, text: `${JSON.stringify(outcome)}\n` };
}

async function fetchAll(running: ImportRunning, job: RunningJob, start: Progress): Promise<Progress> {
  const { sources } = IMPORT_REQUEST.parse(job.request);
  let progress = start;
  if (progress.fetched === sources.length) {
    return progress;
  }
  const client = running.openClient();
  try {
    for (const source of sources.slice(progress.fetched)) {
      const text = await fetched(client, source);
      progress = { ...progress, fetched: progress.fetched + 1 };
      await job.save({ progress, label: label(progress), chunks: chunksOf(text, source.file, source.type) });
    }
  } finally {
    await client.close();
  }
  return progress;
}

async function runImport(running: ImportRunning, job: RunningJob): Promise<JobResult> {
  const { at } = IMPORT_REQUEST.parse(job.request);
  const repository = running.repositoryFor(job.context, job.grant);
  let progress = await fetchAll(running, job, PROGRESS.parse(job.progress));
  for (let input = await job.input(progress.after); input; input = await job.input(progress.after)) {
    const before = input.file === progress.file ? progress.line : 0;
    const { file, type, seq } = input;
    const place = { ...running, seed: job.id, file, before, type };
    const done = await importLines(repository, place, input.text);
    progress = {
      ...progress,
      after: seq,
      file,
      line: before + done.lines,
      created: progress.created + done.created,
      updated: progress.updated + done.updated,
      unchanged: progress.unchanged + done.unchanged,
      refused: progress.refused + done.refused.length,
    };
    await job.save({ progress, label: label(progress), chunks: errorFile(done.refused) });
  }
  if (!progress.summed) {
    progress = { ...progress, summed: true };
    await job.save({ progress, label: label(progress), chunks: [summaryFile(progress)] });
  }
  return { transactionTime: at };
}

/**
 * The worker of `$import`: piece by piece, each written in transactions before the progress moves on. A piece that a dead
 * process had already written is written again without effect, for equal content makes no new version.
 */
export function importHandler(running: ImportRunning): JobHandler {
  return { kind: 'import', run: (job) => runImport(running, job) };
}
