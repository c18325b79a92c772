import { z } from 'zod';
import type { Database } from '../../database/index.ts';
import { forbidden, invalid, outcomeOf } from '../../fhir/index.ts';
import type { Indexer } from '../../indexing/index.ts';
import type {
  JobChunk,
  JobHandler,
  JobQueue,
  JobResult,
  Operation,
  OperationRequest,
  OperationResponse,
  RunningJob,
} from '../../repository/index.ts';
import { kickOff } from '../kick-off.ts';
import { operationParameters, refuseUnknown, valuesOf } from '../parameters.ts';
import { reindexPage } from './reindex-page.ts';

/** What `$reindex` needs from the house. */
export interface ReindexDependencies {
  readonly queue: JobQueue;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  readonly resourceTypes: readonly string[];
  readonly clock: () => Date;
}

/** What its worker needs. */
export interface ReindexRunning {
  readonly database: Database;
  readonly indexerOf: (tenant: number) => Indexer;
}

const REQUEST = z.object({ at: z.string(), types: z.array(z.string()) });
const PROGRESS = z.object({
  type: z.number().default(0),
  after: z.string().default(''),
  resources: z.number().default(0),
  removed: z.number().default(0),
  added: z.number().default(0),
  summed: z.boolean().default(false),
});
type Progress = z.infer<typeof PROGRESS>;

function typesOf({ resourceTypes }: ReindexDependencies, request: OperationRequest): readonly string[] {
  if (request.resourceType !== undefined) {
    return [request.resourceType];
  }
  const pairs = operationParameters(request);
  refuseUnknown(pairs, ['type']);
  const wanted = valuesOf(pairs, 'type');
  const unknown = wanted.find((type) => !resourceTypes.includes(type));
  if (unknown !== undefined) {
    throw invalid('operation-parameter', `'type' names ${unknown.slice(0, 64)}, which is no resource type`, 'type');
  }
  return wanted.length > 0 ? wanted : resourceTypes;
}

async function start(dependencies: ReindexDependencies, request: OperationRequest): Promise<OperationResponse> {
  if (!request.grant.extendedMode && !request.grant.system) {
    throw forbidden('reindex-denied', 'Only project admins and trusted clients may rebuild the index');
  }
  return kickOff(dependencies.queue, {
    kind: 'reindex',
    context: request.context,
    grant: request.grant,
    url: `${dependencies.fhirUrl}${request.resourceType ? `${request.resourceType}/` : ''}$reindex`,
    request: { at: dependencies.clock().toISOString(), types: typesOf(dependencies, request) },
  });
}

function label(types: readonly string[], { type, resources, removed, added }: Progress): string {
  const percent = Math.floor((100 * type) / types.length);
  return `${percent}%, ${resources} resources, ${added} rows added, ${removed} removed`;
}

function summary({ resources, removed, added }: Progress): JobChunk {
  const text = `${resources} resources, ${added} rows added, ${removed} removed`;
  const outcome = outcomeOf([{ severity: 'information', code: 'informational', key: 'reindex-summary', text }]);
  return { file: 1, role: 'output', type: 'OperationOutcome', lines: 1, text: `${JSON.stringify(outcome)}\n` };
}

async function run({ database, indexerOf }: ReindexRunning, job: RunningJob): Promise<JobResult> {
  const { at, types } = REQUEST.parse(job.request);
  const { tenant } = job.context;
  const db = database.forTenant(tenant);
  let progress = PROGRESS.parse(job.progress);
  while (progress.type < types.length) {
    const type = types[progress.type] as string;
    for (;;) {
      const page = await reindexPage(db, indexerOf(tenant), type, progress.after);
      if (page.next === undefined) {
        break;
      }
      progress = {
        ...progress,
        after: page.next,
        resources: progress.resources + page.resources,
        removed: progress.removed + page.removed,
        added: progress.added + page.added,
      };
      await job.save({ progress, label: label(types, progress) });
    }
    progress = { ...progress, type: progress.type + 1, after: '' };
  }
  if (!progress.summed) {
    progress = { ...progress, summed: true };
    await job.save({ progress, label: label(types, progress), chunks: [summary(progress)] });
  }
  return { transactionTime: at };
}

/** The worker of `$reindex`. */
export function reindexHandler(running: ReindexRunning): JobHandler {
  return { kind: 'reindex', run: (job) => run(running, job) };
}

/**
 * `$reindex` and `[type]/$reindex`: puts the search index right in the background, resource by resource, while searches and
 * writes go on. Only what differs is touched.
 */
export function reindexOperations(dependencies: ReindexDependencies): Operation[] {
  const base = {
    name: '$reindex',
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/reindex',
    handle: (request: OperationRequest) => start(dependencies, request),
  } as const;
  return [
    { ...base, level: 'system', types: [] },
    { ...base, level: 'type', types: ['*'] },
  ];
}
