import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { type Database, join, type SqlFragment, sql } from '../../database/index.ts';
import type { Definitions } from '../../definitions/index.ts';
import { outcomeOf } from '../../fhir/index.ts';
import type { Indexer } from '../../indexing/index.ts';
import type { JobChunk, JobHandler, JobResult, RunningJob } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { type ExportedType, type ExportPage, exportPage } from './export-page.ts';
import { EXPORT_REQUEST, type ExportRequest } from './export-request.ts';
import { exportedLine } from './exported-line.ts';

/** What exporting needs from the house. */
export interface ExportRunning {
  readonly database: Database;
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  readonly search: Search;
}

/** Characters after which a file ends and the next one of the type begins. */
const FILE_SIZE = 8_000_000;
/** Time in ms that a write may take between its time stamp and its transaction, and a transaction until its end. */
const SETTLE_MS = 1000;
const LONGEST_TRANSACTION_MS = 60_000;

const PROGRESS = z.object({
  settled: z.boolean().default(false),
  /** Number of the type under way. */
  type: z.number().default(0),
  /** Last id that was looked at. */
  after: z.string().default(''),
  /** Last file number given out, and the open files. */
  files: z.number().default(0),
  output: z.number().default(0),
  size: z.number().default(0),
  deleted: z.number().default(0),
  resources: z.number().default(0),
});
type Progress = z.infer<typeof PROGRESS>;

/** Waits until every write that bears a time up to the moment is committed or gone. */
async function settle(database: Database, tenant: number, at: Date): Promise<void> {
  await setTimeout(Math.max(0, at.getTime() + SETTLE_MS - Date.now()));
  const db = database.forTenant(tenant);
  const until = Date.now() + LONGEST_TRANSACTION_MS;
  const [now] = await db.query<{ now: Date }>(sql`SELECT clock_timestamp() AS now`);
  for (;;) {
    const open = await db.query(
      sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < ${now?.now} LIMIT 1`,
    );
    if (open.length === 0 || Date.now() > until) {
      return;
    }
    await setTimeout(100);
  }
}

async function conditionsOf(
  { search }: ExportRunning,
  job: RunningJob,
  request: ExportRequest,
  type: string,
): Promise<SqlFragment[] | undefined> {
  const conditions: SqlFragment[] = [];
  for (const interaction of ['read', 'search'] as const) {
    const access = search.accessPredicate(job.grant, type, interaction, 'r.rid');
    if (access === 'none') {
      return undefined;
    }
    if (access !== 'all') {
      conditions.push(access);
    }
  }
  const filters = request.filters.filter((filter) => filter.startsWith(`${type}?`));
  const alternatives = await Promise.all(
    filters.map((filter) => {
      const params = new URLSearchParams(filter.slice(type.length + 1));
      const query = search.forTenant(job.context.tenant).parse(type, params, { handling: 'strict' });
      return search.condition(job.grant, query, type, 'r.rid');
    }),
  );
  if (alternatives.length > 0) {
    conditions.push(sql`(v.deleted OR ${join(alternatives, ' OR ')})`);
  }
  return conditions;
}

/** Places a page into the files that are open, opening others where one is full. */
function placed(page: ExportPage, type: string, progress: Progress): { progress: Progress; chunks: JobChunk[] } {
  const next = { ...progress, after: page.next ?? progress.after, resources: progress.resources + page.lines.length };
  const chunks: JobChunk[] = [];
  if (page.lines.length > 0) {
    if (next.output === 0 || next.size > FILE_SIZE) {
      next.files += 1;
      next.output = next.files;
      next.size = 0;
    }
    const text = `${page.lines.join('\n')}\n`;
    next.size += text.length;
    chunks.push({ file: next.output, role: 'output', type, lines: page.lines.length, text });
  }
  if (page.deleted.length > 0) {
    if (next.deleted === 0) {
      next.files += 1;
      next.deleted = next.files;
    }
    const entry = page.deleted.map((id) => ({ request: { method: 'DELETE', url: `${type}/${id}` } }));
    const text = `${JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })}\n`;
    chunks.push({ file: next.deleted, role: 'deleted', type: 'Bundle', lines: 1, text });
  }
  return { progress: next, chunks };
}

function label(request: ExportRequest, progress: Progress): string {
  const percent = Math.floor((100 * progress.type) / request.types.length);
  return `${percent}%, ${progress.resources} resources`;
}

function ignoredFile(request: ExportRequest, number: number): JobChunk {
  const text = request.ignored
    .map((name) => `The parameter '${name}' is not known and was left out`)
    .map((words) => outcomeOf([{ severity: 'warning', code: 'not-supported', key: 'export-parameter', text: words }]))
    .map((outcome) => `${JSON.stringify(outcome)}\n`)
    .join('');
  return { file: number, role: 'error', type: 'OperationOutcome', lines: request.ignored.length, text };
}

async function runExport(running: ExportRunning, job: RunningJob): Promise<JobResult> {
  const request = EXPORT_REQUEST.parse(job.request);
  let progress = PROGRESS.parse(job.progress);
  const { tenant } = job.context;
  const at = new Date(request.at);
  const db = running.database.forTenant(tenant);
  if (!progress.settled) {
    await settle(running.database, tenant, at);
    const files = request.ignored.length > 0 ? 1 : 0;
    progress = { ...progress, settled: true, files };
    const chunks = files > 0 ? [ignoredFile(request, files)] : [];
    await job.save({ progress, label: label(request, progress), chunks });
  }
  while (progress.type < request.types.length) {
    const type = request.types[progress.type] as string;
    const wanted: Omit<ExportedType, 'conditions'> = {
      tenant,
      type,
      at,
      ...(request.since !== undefined && { since: new Date(request.since) }),
      ...(request.level !== 'system' && { compartment: request.patients ?? ('any' as const) }),
      compartmentsOf: (resource) => running.indexer.patientCompartments(resource),
    };
    for (;;) {
      const conditions = (await conditionsOf(running, job, request, type)) ?? [sql`false`];
      const line = exportedLine(running.definitions, job.grant, type, request.elements);
      const page = await exportPage(db, { ...wanted, conditions }, progress.after, line);
      if (page.next === undefined) {
        break;
      }
      const step = placed(page, type, progress);
      progress = step.progress;
      await job.save({ progress, label: label(request, progress), chunks: step.chunks });
    }
    progress = { ...progress, type: progress.type + 1, after: '', output: 0, size: 0 };
  }
  return { transactionTime: request.at };
}

/**
 * The worker of `$export`: type by type in the order of ids, a bounded page at a time, each kept together with where the
 * work stands. What was current at the transaction time is exported, whatever is written meanwhile.
 */
export function exportHandler(running: ExportRunning): JobHandler {
  return { kind: 'export', run: (job) => runExport(running, job) };
}
