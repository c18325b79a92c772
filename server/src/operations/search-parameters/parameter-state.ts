import type { SearchParameter } from '@medplum/fhirtypes';
import { type Database, type Queryable, sql } from '../../database/index.ts';

/** How far one parameter of a tenant is in one resource type. */
export interface ParameterState {
  readonly type: string;
  readonly code: string;
  /** Hash of the definition that the rows are made by. */
  readonly definition: string;
  readonly state: 'indexing' | 'ready' | 'removed';
  /** Keys of its rows. */
  readonly keys: readonly number[];
  readonly done: number;
  readonly total: number;
  readonly changed_at: Date;
}

/** What a parameter's rows should be made by. */
export type WantedState = Pick<ParameterState, 'type' | 'code' | 'definition' | 'keys'>;

/** What is written of a tenant's parameters at one moment. */
export interface WrittenParameters {
  readonly revision: number;
  /** Active ones, the oldest first. */
  readonly parameters: readonly SearchParameter[];
  readonly states: readonly ParameterState[];
}

/** Changes of all tenants that ever wrote a SearchParameter. */
export async function readRevisions(database: Database): Promise<Map<number, number>> {
  const rows = await database.query<{ tenant: number; revision: number }>({
    name: 'search-parameters:revisions',
    text: 'SELECT tenant, revision FROM search_parameter_change',
    values: [],
  });
  return new Map(rows.map((row) => [row.tenant, Number(row.revision)]));
}

/**
 * Reads a tenant's parameters, and notes which of them still want rows and which rows nothing asks for any more.
 * Whoever writes a SearchParameter of the tenant waits meanwhile.
 */
export function reconcile(
  database: Database,
  tenant: number,
  wantedOf: (parameters: readonly SearchParameter[]) => readonly WantedState[],
): Promise<WrittenParameters> {
  return database.forTenant(tenant).transaction(async (tx) => {
    const [change] = await tx.query<{ revision: number }>(
      sql`SELECT revision FROM search_parameter_change WHERE tenant = ${tenant} FOR UPDATE`,
    );
    const rows = await tx.query<{ content: string }>(
      sql`SELECT content FROM resource WHERE tenant = ${tenant} AND type = 'SearchParameter' AND NOT deleted ORDER BY rid`,
    );
    const written = rows.map(({ content }) => JSON.parse(content) as SearchParameter);
    const parameters = written.filter(({ status }) => status === 'active');
    await want(tx, tenant, wantedOf(parameters));
    return { revision: Number(change?.revision ?? 0), parameters, states: await readStates(tx, tenant) };
  });
}

async function want(tx: Queryable, tenant: number, wanted: readonly WantedState[]): Promise<void> {
  const rows = JSON.stringify(wanted);
  await tx.query(sql`INSERT INTO search_parameter_index AS i (tenant, type, code, definition, state, keys)
    SELECT ${tenant}::int4, w.type, w.code, w.definition, 'indexing', w.keys
    FROM jsonb_to_recordset(${rows}::jsonb) AS w(type text, code text, definition text, keys int4[])
    ON CONFLICT (tenant, type, code) DO UPDATE SET definition = excluded.definition, state = 'indexing',
      keys = (SELECT array_agg(DISTINCT k) FROM unnest(i.keys || excluded.keys) k), done = 0, total = 0,
      changed_at = clock_timestamp()
    WHERE i.definition <> excluded.definition OR i.state = 'removed'`);
  await tx.query(sql`UPDATE search_parameter_index i SET state = 'removed', changed_at = clock_timestamp()
    WHERE tenant = ${tenant} AND state <> 'removed' AND NOT EXISTS (
      SELECT FROM jsonb_to_recordset(${rows}::jsonb) AS w(type text, code text) WHERE w.type = i.type AND w.code = i.code)`);
}

/** The states of all parameters of a tenant. */
export async function readStates(db: Queryable, tenant: number): Promise<ParameterState[]> {
  const rows = await db.query<ParameterState>(
    sql`SELECT type, code, definition, state, keys, done, total, changed_at FROM search_parameter_index
      WHERE tenant = ${tenant} ORDER BY type, code`,
  );
  return rows.map((row) => ({ ...row, done: Number(row.done), total: Number(row.total) }));
}
