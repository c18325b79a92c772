import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, raw, sql, type TenantDatabase } from '../../database/index.ts';
import { INDEX_TABLES } from '../../indexing/index.ts';
import type { JobHandler, JobResult, RunningJob } from '../../repository/index.ts';
import { reindexPage } from '../reindex/reindex-page.ts';
import { type ParameterState, readStates } from './parameter-state.ts';
import { POLL_MS, type TenantParameters } from './tenant-parameters.ts';

/**
 * Until then every process has heard of a change or looked by itself, and what it began before is written: rows that are
 * made afterwards have the parameter's values. In ms.
 */
const HEARD_MS = POLL_MS + 1000;
const REMOVED_AT_ONCE = 5000;

/** Name of the job. */
export const INDEX_PARAMETERS = 'search-parameters';

/** What its worker needs. */
export interface IndexParametersRunning {
  readonly database: Database;
  readonly parameters: TenantParameters;
  /** How long after a change all processes know of it, in ms. */
  readonly heardMs?: number;
}

async function noteChange(db: TenantDatabase): Promise<void> {
  await db.query(sql`SELECT note_search_parameters(${db.tenant}::int4)`);
}

/** Gives a type's resources the rows of the parameters that are being indexed, and says so when all have them. */
async function indexType(
  { database, parameters }: IndexParametersRunning,
  job: RunningJob,
  pending: readonly ParameterState[],
): Promise<void> {
  const { tenant } = job.context;
  const db = database.forTenant(tenant);
  const type = pending[0]?.type as string;
  const [counted] = await db.query<{ total: number }>(
    sql`SELECT count(*) AS total FROM resource WHERE tenant = ${tenant} AND type = ${type}`,
  );
  const total = Number(counted?.total ?? 0);
  const same = sql`tenant = ${tenant} AND type = ${type} AND state = 'indexing'
    AND (code, definition) IN (SELECT * FROM unnest(${pending.map((p) => p.code)}::text[], ${pending.map((p) => p.definition)}::text[]))`;
  let done = 0;
  let after = '';
  for (;;) {
    const page = await reindexPage(db, parameters.lastingIndexer(tenant), type, after);
    if (page.next === undefined) {
      break;
    }
    after = page.next;
    done += page.resources;
    await db.query(
      sql`UPDATE search_parameter_index SET done = ${done}, total = ${Math.max(total, done)} WHERE ${same}`,
    );
    await job.save({ progress: { type, done }, label: `${type}: ${percent(done, total)}%` });
  }
  await db.query(sql`UPDATE search_parameter_index SET state = 'ready', done = ${done}, total = ${done} WHERE ${same}`);
  await noteChange(db);
}

/** Deletes rows that nothing asks for any more, a piece at a time; stops when the parameter is wanted again. */
async function removeRows(db: TenantDatabase, { type, code, keys }: ParameterState): Promise<void> {
  const one = sql`tenant = ${db.tenant} AND type = ${type} AND code = ${code} AND state = 'removed'`;
  for (const { name } of INDEX_TABLES) {
    for (let more = true; more; ) {
      more = await db.transaction(async (tx) => {
        const [still] = await tx.query(sql`SELECT 1 FROM search_parameter_index WHERE ${one} FOR UPDATE`);
        const gone = still
          ? await tx.query(sql`DELETE FROM ${raw(name)} WHERE ctid IN (SELECT ctid FROM ${raw(name)}
              WHERE tenant = ${db.tenant} AND param = ANY(${keys}::int4[]) LIMIT ${REMOVED_AT_ONCE}) RETURNING 1`)
          : [];
        return gone.length === REMOVED_AT_ONCE;
      });
    }
  }
  await db.query(sql`DELETE FROM search_parameter_index WHERE ${one}`);
  await noteChange(db);
}

async function run(running: IndexParametersRunning, job: RunningJob): Promise<JobResult> {
  const { tenant } = job.context;
  const db = running.database.forTenant(tenant);
  for (;;) {
    await running.parameters.refresh(tenant);
    const open = (await readStates(db, tenant)).filter(({ state }) => state !== 'ready');
    const [first] = open;
    if (!first) {
      return { transactionTime: new Date().toISOString() };
    }
    const heard = Math.max(...open.map((state) => state.changed_at.getTime())) + (running.heardMs ?? HEARD_MS);
    await sleep(Math.max(0, heard - Date.now()));
    if (first.state === 'removed') {
      await removeRows(db, first);
    } else {
      const pending = open.filter(({ type, state }) => type === first.type && state === 'indexing');
      await indexType(running, job, pending);
    }
  }
}

/** Whole percents of the resources that have their rows. */
export function percent(done: number, total: number): number {
  return total === 0 ? 0 : Math.min(100, Math.floor((100 * done) / total));
}

/** The worker that gives older resources the rows of new search parameters, and takes the rows of old ones away. */
export function indexParametersHandler(running: IndexParametersRunning): JobHandler {
  return { kind: INDEX_PARAMETERS, run: (job) => run(running, job) };
}
