import type { Resource } from '@medplum/fhirtypes';
import { join, type Queryable, raw, sql, type TenantDatabase } from '../../database/index.ts';
import { INDEX_TABLES, type Indexer, type IndexRow, type IndexTable, parameterKey } from '../../indexing/index.ts';

/** Resources whose rows are compared in one transaction. Their writers wait that long. */
const WINDOW = 500;

/** How far a pass over a type has come. */
export interface ReindexedPage {
  readonly resources: number;
  /** Index rows that were wrong, or missing. */
  readonly removed: number;
  readonly added: number;
  /** Last id of the page; undefined at the end of the type. */
  readonly next?: string;
}

interface PlacedRow {
  readonly rid: number;
  readonly row: IndexRow;
}

/** Keys under which rows of the type may lie. */
function keysOf(indexer: Indexer, type: string): number[] {
  const stored = indexer.registry.of(type)?.stored.map((parameter) => parameter.key) ?? [];
  return [...stored, parameterKey(`${type}._compartment`)];
}

async function presentRows(
  tx: Queryable,
  table: IndexTable,
  scope: { readonly tenant: number; readonly keys: readonly number[]; readonly rids: readonly number[] },
): Promise<PlacedRow[]> {
  const names = table.columns.map((column) => column.name);
  const rows = await tx.query<Record<string, string | number>>(
    sql`SELECT rid, ${raw(names.join(', '))} FROM ${raw(table.name)} WHERE tenant = ${scope.tenant} AND param = ANY(${scope.keys}::int4[])
      AND rid = ANY(${scope.rids}::int8[])`,
  );
  return rows.map((found) => ({
    rid: found.rid as number,
    row: names.map((name) => found[name] as string | number),
  }));
}

const keyOf = ({ rid, row }: PlacedRow): string => [rid, ...row].join('\u0000');

/** What is in the first list and not in the second. */
function without(rows: readonly PlacedRow[], others: readonly PlacedRow[]): PlacedRow[] {
  const known = new Set(others.map(keyOf));
  return rows.filter((row) => !known.has(keyOf(row)));
}

/** The rows as a derived table `d` of rid and the table's columns. */
function derived(table: IndexTable, rows: readonly PlacedRow[]) {
  const columns = [
    sql`${rows.map((entry) => entry.rid)}::int8[]`,
    ...table.columns.map((column, i) => sql`${rows.map((entry) => entry.row[i])}::${raw(column.type)}[]`),
  ];
  const names = ['rid', ...table.columns.map((column) => column.name)];
  return { source: sql`unnest(${join(columns, ', ')}) AS d(${raw(names.join(', '))})`, names };
}

async function remove(tx: Queryable, tenant: number, table: IndexTable, rows: readonly PlacedRow[]): Promise<void> {
  if (rows.length > 0) {
    const { source, names } = derived(table, rows);
    const same = raw(names.map((name) => `i.${name} = d.${name}`).join(' AND '));
    await tx.query(sql`DELETE FROM ${raw(table.name)} i USING ${source} WHERE i.tenant = ${tenant} AND ${same}`);
  }
}

async function insert(tx: Queryable, tenant: number, table: IndexTable, rows: readonly PlacedRow[]): Promise<void> {
  if (rows.length > 0) {
    const { source, names } = derived(table, rows);
    const list = raw(names.join(', '));
    await tx.query(
      sql`INSERT INTO ${raw(table.name)} (tenant, ${list}) SELECT ${tenant}::int4, ${list} FROM ${source}`,
    );
  }
}

/**
 * Compares the index rows of the next resources of a type with what their contents give, and puts right what differs.
 * Searches see each resource whole at any time; a writer of one of them waits until the page is done.
 */
export function reindexPage(db: TenantDatabase, indexer: Indexer, type: string, after: string): Promise<ReindexedPage> {
  return db.transaction(async (tx) => {
    const resources = await tx.query<{ rid: number; id: string; deleted: boolean; content: string }>({
      name: 'reindex:page',
      text: `SELECT rid, id, deleted, content FROM resource WHERE tenant = $1 AND type = $2 AND id > $3 ORDER BY id LIMIT ${WINDOW}
        FOR NO KEY UPDATE`,
      values: [db.tenant, type, after],
    });
    const next = resources.at(-1)?.id;
    if (next === undefined) {
      return { resources: 0, removed: 0, added: 0 };
    }
    const wanted = resources.map(({ rid, deleted, content }) => ({
      rid,
      rows: deleted ? {} : indexer.extract(JSON.parse(content) as Resource),
    }));
    const scope = { tenant: db.tenant, keys: keysOf(indexer, type), rids: resources.map(({ rid }) => rid) };
    let removed = 0;
    let added = 0;
    for (const table of INDEX_TABLES) {
      const right = wanted.flatMap(({ rid, rows }) => (rows[table.name] ?? []).map((row) => ({ rid, row })));
      const present = await presentRows(tx, table, scope);
      const wrong = without(present, right);
      const missing = without(right, present);
      await remove(tx, db.tenant, table, wrong);
      await insert(tx, db.tenant, table, missing);
      removed += wrong.length;
      added += missing.length;
    }
    return { resources: resources.length, removed, added, next };
  });
}
