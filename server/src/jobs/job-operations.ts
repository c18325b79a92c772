import type { OperationOutcome } from '@medplum/fhirtypes';
import { patientsOf } from '../audit/index.ts';
import type { Database } from '../database/index.ts';
import { forbidden, isPartTwoText, notFound, outcomeOf, PART_TWO_HEADER, PART_TWO_NOTICE } from '../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../repository/index.ts';
import { freezeGrant } from './frozen-grant.ts';
import {
  filesOf,
  hasSameRights,
  inflated,
  type JobFile,
  type JobStatus,
  pollJob,
  readFile,
  removeJob,
} from './job-store.ts';

/** Questions about a job that waits, within ten seconds, before the client is told to slow down. */
const MAX_POLLS = 12;
const SLOW_DOWN_SECONDS = 10;
const NDJSON = 'application/fhir+ndjson';

interface JobOperationsOptions {
  readonly database: Database;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  readonly resourceTypes: readonly string[];
}

function retryAfter(job: JobStatus): string {
  const seconds = (Date.now() - job.created_at.getTime()) / 1000;
  return seconds < 20 ? '1' : seconds < 120 ? '3' : '10';
}

function waiting(job: JobStatus): OperationResponse {
  if (job.polls > MAX_POLLS) {
    const text = `Asked more than ${MAX_POLLS} times within ten seconds; Retry-After says when to ask again`;
    return {
      status: 429,
      headers: { 'Retry-After': String(SLOW_DOWN_SECONDS) },
      resource: outcomeOf([{ severity: 'error', code: 'throttled', key: 'job-polling', text }]),
    };
  }
  return {
    status: 202,
    headers: { 'Retry-After': retryAfter(job), 'X-Progress': job.label || job.state },
  };
}

/** The manifest of a finished job. @see https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status */
function manifest(fhirUrl: string, id: string, job: JobStatus, files: readonly JobFile[]): string {
  const listed = (role: JobFile['role']) =>
    files
      .filter((file) => file.role === role)
      .map(({ file, type, lines }) => ({ type, url: `${fhirUrl}$job-file/${id}.${file}`, count: lines }));
  return JSON.stringify({
    transactionTime: job.result?.transactionTime,
    request: job.url,
    requiresAccessToken: true,
    output: listed('output'),
    deleted: listed('deleted'),
    error: listed('error'),
  });
}

function failed(failure: OperationOutcome | null): OperationResponse {
  const unknown = outcomeOf([{ severity: 'fatal', code: 'exception', key: 'job-failed', text: 'The job failed' }]);
  return { status: 500, resource: failure ?? unknown };
}

async function status(options: JobOperationsOptions, request: OperationRequest): Promise<OperationResponse> {
  const { database, fhirUrl } = options;
  const id = request.id as string;
  if (request.method === 'DELETE') {
    if (!(await removeJob(database, request.context, id))) {
      throw notFound();
    }
    return { status: 202 };
  }
  const job = await pollJob(database, request.context, id);
  if (!job) {
    throw notFound();
  }
  if (job.state === 'queued' || job.state === 'running') {
    return waiting(job);
  }
  if (job.state === 'failed') {
    return failed(job.failure);
  }
  const headers = { ...(job.expires_at && { Expires: job.expires_at.toUTCString() }) };
  if (job.result?.answer !== undefined) {
    const bytes = await readFile(database, request.context, id, job.result.answer);
    if (!bytes) {
      throw notFound();
    }
    return { headers, raw: { contentType: 'application/fhir+json; charset=utf-8', body: await inflated(bytes) } };
  }
  const files = await filesOf(database, request.context.tenant, id);
  return { headers, raw: { contentType: 'application/json', body: manifest(fhirUrl, id, job, files) } };
}

/** @throws FhirError 404 unknown, 403 when the rights are not those under which the file was made */
async function file(options: JobOperationsOptions, request: OperationRequest): Promise<OperationResponse> {
  const { database, resourceTypes } = options;
  const [, job, number] = /^([0-9a-f-]{36})\.(\d{1,9})$/.exec(request.id ?? '') ?? [];
  const bytes = job === undefined ? undefined : await readFile(database, request.context, job, Number(number));
  if (!bytes || job === undefined) {
    throw notFound();
  }
  if (!(await hasSameRights(database, request.context, job, freezeGrant(request.grant, resourceTypes)))) {
    throw forbidden('job-rights-changed', 'Your rights have changed since this file was made: ask for it anew');
  }
  const text = await inflated(bytes);
  const disclosed = disclosedBy(text.toString('utf8'));
  const notice: Record<string, string> = isPartTwoText(text) ? { [PART_TWO_HEADER]: PART_TWO_NOTICE } : {};
  const accepts = String(request.headers['accept-encoding'] ?? '');
  if (/\bgzip\b/.test(accepts) && !/\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)/.test(accepts)) {
    const headers = { ...notice, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' };
    return { headers, raw: { contentType: NDJSON, body: bytes }, disclosed };
  }
  const headers = { ...notice, Vary: 'Accept-Encoding' };
  return { headers, raw: { contentType: NDJSON, body: text }, disclosed };
}

const HEAD = /^\{"resourceType":"([A-Za-z]+)","id":"([A-Za-z0-9.-]{1,64})"/;

/** How many resources a file holds, and about whom they are. */
function disclosedBy(text: string): { readonly entries: number; readonly patients: ReadonlySet<string> } {
  const versions = text.split('\n').flatMap((json) => {
    const [, type, id] = HEAD.exec(json) ?? [];
    return type === undefined || id === undefined ? [] : [{ type, id, json }];
  });
  return { entries: versions.length, patients: patientsOf(versions) };
}

/**
 * `$job-status/[id]` (202 with progress, 200 with the manifest, DELETE to cancel) and `$job-file/[id]`. A job exists only
 * for the client and profile that asked for it.
 * @see https://hl7.org/fhir/R4/async.html
 */
export function jobOperations(options: JobOperationsOptions): Operation[] {
  return [
    {
      name: '$job-status',
      level: 'system',
      takesId: true,
      types: [],
      methods: ['GET', 'DELETE'],
      definition: 'https://mindbridge.health/fhir/OperationDefinition/job-status',
      handle: (request) => status(options, request),
    },
    {
      name: '$job-file',
      level: 'system',
      takesId: true,
      types: [],
      methods: ['GET'],
      definition: 'https://mindbridge.health/fhir/OperationDefinition/job-file',
      handle: (request) => file(options, request),
    },
  ];
}
