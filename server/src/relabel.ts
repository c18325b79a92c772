import type { Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { needsPartTwoLabel, patientCompartmentTypes } from './access/index.ts';
import { type Database, sql } from './database/index.ts';
import { forbidden, outcomeOf } from './fhir/index.ts';
import { kickOff } from './operations/index.ts';
import type { JobChunk, JobHandler, JobQueue, Operation, Repository, RunningJob } from './repository/index.ts';
import type { Programs } from './substance-use-program.ts';

/** Kind of the job. */
export const RELABEL = 'relabel';

/** Resources that are looked at between two saves. */
const PAGE = 200;

export interface RelabelDependencies {
  readonly queue: JobQueue;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
}

/** What the worker needs. */
export interface RelabelRunning {
  readonly database: Database;
  readonly systemRepository: (tenant: number) => Repository;
  readonly programs: Programs;
  readonly clock: () => Date;
}

const PROGRESS = z.object({
  type: z.number().default(0),
  after: z.string().default(''),
  resources: z.number().default(0),
  labelled: z.number().default(0),
  summed: z.boolean().default(false),
});
type Progress = z.infer<typeof PROGRESS>;

const types = (): string[] => [...patientCompartmentTypes()].filter((type) => type !== 'Patient').sort();

function label({ type, resources, labelled }: Progress, of: number): string {
  return `${Math.floor((100 * type) / of)}%, ${resources} resources, ${labelled} labelled`;
}

function summary({ resources, labelled }: Progress): JobChunk {
  const text = `${resources} resources, ${labelled} labelled`;
  const outcome = outcomeOf([{ severity: 'information', code: 'informational', key: 'relabel-summary', text }]);
  return { file: 1, role: 'output', type: 'OperationOutcome', lines: 1, text: `${JSON.stringify(outcome)}\n` };
}

/** The next resources of a type: those that lack their label are written again, which labels them. */
async function page(
  { database, systemRepository, programs }: RelabelRunning,
  { tenant, projectId }: RunningJob['context'],
  type: string,
  progress: Progress,
): Promise<Progress | undefined> {
  const rows = await database.forTenant(tenant).query<{ id: string; content: string }>(
    sql`SELECT rid, id, content FROM resource WHERE tenant = ${tenant} AND type = ${type} AND NOT deleted AND id > ${progress.after}
      ORDER BY id LIMIT ${PAGE}`,
  );
  const last = rows.at(-1);
  const program = await programs.of(tenant, projectId);
  const repository = systemRepository(tenant);
  let labelled = 0;
  for (const { content } of program.applies ? rows : []) {
    const resource = JSON.parse(content) as Resource;
    if (needsPartTwoLabel(resource, program.codes)) {
      await repository.updateResource(resource);
      labelled += 1;
    }
  }
  return (
    last && {
      ...progress,
      after: last.id,
      resources: progress.resources + rows.length,
      labelled: progress.labelled + labelled,
    }
  );
}

/** The worker of `$relabel`; after a crash it goes on where it stood. */
export function relabelHandler(running: RelabelRunning): JobHandler {
  return {
    kind: RELABEL,
    async run(job) {
      const all = types();
      let progress = PROGRESS.parse(job.progress);
      running.programs.forget(job.context.tenant);
      while (progress.type < all.length) {
        const next = await page(running, job.context, all[progress.type] as string, progress);
        progress = next ?? { ...progress, type: progress.type + 1, after: '' };
        if (next) {
          await job.save({ progress, label: label(progress, all.length) });
        }
      }
      if (!progress.summed) {
        progress = { ...progress, summed: true };
        await job.save({ progress, label: label(progress, all.length), chunks: [summary(progress)] });
      }
      return { transactionTime: running.clock().toISOString() };
    },
  };
}

/**
 * `$relabel`: writes the labels of 42 CFR Part 2 that records lack, after the list of codes of substance use has grown. What
 * is labelled stays so.
 * @see security.md S48
 */
export function relabelOperation({ queue, fhirUrl }: RelabelDependencies): Operation {
  return {
    name: '$relabel',
    level: 'system',
    types: [],
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/relabel',
    async handle({ context, grant }) {
      if (!grant.extendedMode && !grant.system) {
        throw forbidden('relabel-denied', 'Only project admins and trusted clients may label records again');
      }
      return kickOff(queue, { kind: RELABEL, context, grant, url: `${fhirUrl}$relabel`, request: {} });
    },
  };
}
