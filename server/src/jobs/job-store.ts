import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { OperationOutcome } from '@medplum/fhirtypes';
import { type Database, type Queryable, sql } from '../database/index.ts';
import type { RequestContext } from '../fhir/index.ts';
import type { JobChunk, JobInput, JobResult, JobTicket } from '../repository/index.ts';
import type { FrozenGrant } from './frozen-grant.ts';

const compress = promisify(gzip);
const inflate = promisify(gunzip);

/** Seconds without a sign of life after which a job is taken from the process that had it. */
const STALE_SECONDS = 15;
/** Hours that finished jobs and their files are kept. */
const KEPT_HOURS = 24;

/** A job taken up by this process. */
export interface ClaimedJob {
  readonly tenant: number;
  readonly id: string;
  readonly kind: string;
  readonly context: RequestContext;
  readonly grants: FrozenGrant;
  readonly request: unknown;
  readonly progress: unknown;
  readonly attempts: number;
}

/** A job as its owner sees it. */
export interface JobStatus {
  readonly kind: string;
  readonly state: 'queued' | 'running' | 'completed' | 'failed';
  readonly url: string;
  readonly label: string;
  readonly result: JobResult | null;
  readonly failure: OperationOutcome | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  /** How often its status was asked for within ten seconds. */
  readonly polls: number;
}

/** One file of a finished job. */
export interface JobFile {
  readonly file: number;
  readonly role: JobChunk['role'];
  readonly type: string;
  readonly lines: number;
}

/** Who may see a job: the same profile through the same client. */
export function ownerOf(context: RequestContext): string {
  return `${context.author} ${context.clientId ?? ''}`;
}

async function insertChunks(tx: Queryable, tenant: number, job: string, chunks: readonly JobChunk[]): Promise<void> {
  for (const chunk of chunks) {
    const content = await compress(chunk.text, { level: 1 });
    await tx.query({
      name: 'job:chunk',
      text: 'INSERT INTO job_chunk (tenant, job, file, role, type, lines, content) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      values: [tenant, job, chunk.file, chunk.role, chunk.type, chunk.lines, content],
    });
  }
}

/** Keeps a new job. Gives its id; undefined when its owner has as many of the kind under way as he may. */
export async function insertJob(
  database: Database,
  ticket: JobTicket,
  grants: FrozenGrant,
): Promise<string | undefined> {
  const { context } = ticket;
  const id = randomUUID();
  const owner = ownerOf(context);
  return database.forTenant(context.tenant).transaction(async (tx) => {
    await tx.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`job ${context.tenant} ${owner}`}, 0))`);
    const [open] = await tx.query<{ count: number }>(
      sql`SELECT count(*) AS count FROM job WHERE tenant = ${context.tenant} AND owner = ${owner} AND kind = ${ticket.kind}
        AND state IN ('queued', 'running')`,
    );
    if (open && open.count >= (ticket.most ?? 1)) {
      return undefined;
    }
    await tx.query({
      name: 'job:insert',
      text: `INSERT INTO job (tenant, id, kind, owner, context, grants, url, request)
        VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8::jsonb)`,
      values: [
        ...[context.tenant, id, ticket.kind, owner, JSON.stringify(context), JSON.stringify(grants)],
        ...[ticket.url, JSON.stringify(ticket.request)],
      ],
    });
    await insertChunks(tx, context.tenant, id, ticket.input ?? []);
    return id;
  });
}

/** Takes up the oldest job that waits, or whose process has died. */
export async function claimJob(database: Database, worker: string): Promise<ClaimedJob | undefined> {
  const [job] = await database.query<ClaimedJob>({
    name: 'job:claim',
    text: `UPDATE job SET state = 'running', worker = $1, heartbeat_at = now(), attempts = attempts + 1
      WHERE (tenant, id) = (SELECT tenant, id FROM job WHERE state IN ('queued', 'running') AND not_before <= now()
          AND (state = 'queued' OR heartbeat_at < now() - ${STALE_SECONDS} * interval '1 second')
        ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING tenant, id, kind, context, grants, request, progress, attempts`,
    values: [worker],
  });
  return job;
}

/** Says that the process is alive. False when the job is no longer its own. */
export async function heartbeat(database: Database, job: ClaimedJob, worker: string): Promise<boolean> {
  const rows = await database.forTenant(job.tenant).query({
    name: 'job:heartbeat',
    text: `UPDATE job SET heartbeat_at = now() WHERE tenant = $1 AND id = $2 AND worker = $3 AND state = 'running' RETURNING true`,
    values: [job.tenant, job.id, worker],
  });
  return rows.length > 0;
}

/** Keeps progress and what was produced, in one transaction. False when the job is no longer this process's own. */
export function saveStep(
  database: Database,
  job: ClaimedJob,
  worker: string,
  step: { readonly progress: unknown; readonly label: string; readonly chunks?: readonly JobChunk[] },
): Promise<boolean> {
  return database.forTenant(job.tenant).transaction(async (tx) => {
    const rows = await tx.query({
      name: 'job:step',
      text: `UPDATE job SET heartbeat_at = now(), progress = $4::jsonb, label = $5
        WHERE tenant = $1 AND id = $2 AND worker = $3 AND state = 'running' RETURNING true`,
      values: [job.tenant, job.id, worker, JSON.stringify(step.progress), step.label],
    });
    if (rows.length === 0) {
      return false;
    }
    await insertChunks(tx, job.tenant, job.id, step.chunks ?? []);
    return true;
  });
}

/** Ends a job well or badly; what it read is let go. */
export async function finishJob(
  database: Database,
  job: ClaimedJob,
  worker: string,
  end: { readonly result: JobResult } | { readonly failure: OperationOutcome },
): Promise<void> {
  const state = 'result' in end ? 'completed' : 'failed';
  await database.forTenant(job.tenant).query({
    name: 'job:finish',
    text: `WITH ended AS (UPDATE job SET state = $4, result = $5::jsonb, failure = $6::jsonb, finished_at = now(),
          expires_at = now() + ${KEPT_HOURS} * interval '1 hour'
        WHERE tenant = $1 AND id = $2 AND worker = $3 AND state = 'running' RETURNING tenant, id)
      DELETE FROM job_chunk c USING ended WHERE c.tenant = ended.tenant AND c.job = ended.id AND (c.role = 'input' OR $4 = 'failed')`,
    values: [
      job.tenant,
      job.id,
      worker,
      state,
      'result' in end ? JSON.stringify(end.result) : null,
      'failure' in end ? JSON.stringify(end.failure) : null,
    ],
  });
}

/** Gives a job back, to be taken up again after some seconds. */
export async function releaseJob(database: Database, job: ClaimedJob, worker: string, seconds: number): Promise<void> {
  await database.forTenant(job.tenant).query({
    name: 'job:release',
    text: `UPDATE job SET state = 'queued', worker = NULL, not_before = now() + $4::int4 * interval '1 second'
      WHERE tenant = $1 AND id = $2 AND worker = $3 AND state = 'running'`,
    values: [job.tenant, job.id, worker, seconds],
  });
}

/** The job, when it exists and is this owner's; counts the question. */
export async function pollJob(database: Database, context: RequestContext, id: string): Promise<JobStatus | undefined> {
  const [job] = await database.forTenant(context.tenant).query<JobStatus>({
    name: 'job:poll',
    text: `UPDATE job SET polls = CASE WHEN polls_since < now() - interval '10 seconds' THEN 1 ELSE polls + 1 END,
        polls_since = CASE WHEN polls_since < now() - interval '10 seconds' THEN now() ELSE polls_since END
      WHERE tenant = $1 AND id = $2 AND owner = $3 AND (expires_at IS NULL OR expires_at > now())
      RETURNING kind, state, url, label, result, failure, created_at, expires_at, polls`,
    values: [context.tenant, id, ownerOf(context)],
  });
  return job;
}

/** Cancels a job, or lets go of what it made. False when there is none of this owner. */
export async function removeJob(database: Database, context: RequestContext, id: string): Promise<boolean> {
  return database.forTenant(context.tenant).transaction(async (tx) => {
    const rows = await tx.query({
      name: 'job:remove',
      text: 'DELETE FROM job WHERE tenant = $1 AND id = $2 AND owner = $3 RETURNING true',
      values: [context.tenant, id, ownerOf(context)],
    });
    if (rows.length > 0) {
      await tx.query({
        name: 'job:remove-files',
        text: 'DELETE FROM job_chunk WHERE tenant = $1 AND job = $2',
        values: [context.tenant, id],
      });
    }
    return rows.length > 0;
  });
}

/** The files of a job, by number. */
export function filesOf(database: Database, tenant: number, id: string): Promise<JobFile[]> {
  return database.forTenant(tenant).query<JobFile>({
    name: 'job:files',
    text: `SELECT file, role, type, sum(lines)::int4 AS lines FROM job_chunk WHERE tenant = $1 AND job = $2 AND role <> 'input'
      GROUP BY file, role, type ORDER BY file`,
    values: [tenant, id],
  });
}

/** Are the owner's rights still what they were at the kick-off? Undefined when there is no such job of his. */
export async function hasSameRights(
  database: Database,
  context: RequestContext,
  id: string,
  now: FrozenGrant,
): Promise<boolean | undefined> {
  const [job] = await database.forTenant(context.tenant).query<{ same: boolean }>({
    name: 'job:rights',
    text: 'SELECT grants = $4::jsonb AS same FROM job WHERE tenant = $1 AND id = $2 AND owner = $3',
    values: [context.tenant, id, ownerOf(context), JSON.stringify(now)],
  });
  return job?.same;
}

/** The bytes of one file of a finished job of this owner, as gzip. */
export async function readFile(
  database: Database,
  context: RequestContext,
  id: string,
  file: number,
): Promise<Buffer | undefined> {
  const rows = await database.forTenant(context.tenant).query<{ content: Buffer }>({
    name: 'job:file',
    text: `SELECT c.content FROM job j JOIN job_chunk c ON c.tenant = j.tenant AND c.job = j.id
      WHERE j.tenant = $1 AND j.id = $2 AND j.owner = $3 AND j.state = 'completed' AND j.expires_at > now()
        AND c.file = $4 AND c.role <> 'input' ORDER BY c.seq`,
    values: [context.tenant, id, ownerOf(context), file],
  });
  return rows.length > 0 ? Buffer.concat(rows.map((row) => row.content)) : undefined;
}

/** Plain bytes of a file. */
export function inflated(bytes: Buffer): Promise<Buffer> {
  return inflate(bytes);
}

/** The next piece of input after a position. */
export async function readInput(database: Database, job: ClaimedJob, after: number): Promise<JobInput | undefined> {
  const [row] = await database.forTenant(job.tenant).query<Omit<JobInput, 'text'> & { readonly content: Buffer }>({
    name: 'job:input',
    text: `SELECT seq, file, type, content FROM job_chunk WHERE tenant = $1 AND job = $2 AND role = 'input' AND seq > $3
      ORDER BY seq LIMIT 1`,
    values: [job.tenant, job.id, after],
  });
  if (!row) {
    return undefined;
  }
  const { content, ...place } = row;
  return { ...place, text: (await inflate(content)).toString('utf8') };
}

/** Lets go of finished jobs past their time, of all tenants. */
export async function purgeJobs(database: Database): Promise<void> {
  await database.query({
    name: 'job:purge',
    text: `WITH gone AS (DELETE FROM job WHERE expires_at < now() RETURNING tenant, id)
      DELETE FROM job_chunk c USING gone WHERE c.tenant = gone.tenant AND c.job = gone.id`,
    values: [],
  });
}
