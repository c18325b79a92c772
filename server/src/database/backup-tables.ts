import type { Queryable, Row } from './database.ts';
import { sql } from './sql.ts';

/** A table as a backup keeps it: its name and the columns that hold data of their own. */
export interface BackupTable {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A sequence and where it stands. */
export interface BackupSequence {
  readonly sequence: string;
  readonly value: number;
}

interface ForeignKey extends Row {
  readonly child: string;
  readonly parent: string;
}

/** Every table of the schema but the list of migrations, parents before the tables that refer to them. */
export async function backupTables(connection: Queryable): Promise<BackupTable[]> {
  const tables = await connection.query<Row & BackupTable>(sql`
    SELECT c.relname::text AS "table", array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_migration'
    GROUP BY c.relname ORDER BY c.relname`);
  const keys = await connection.query<ForeignKey>(sql`
    SELECT DISTINCT child.relname::text AS child, parent.relname::text AS parent
    FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid JOIN pg_class parent ON parent.oid = k.confrelid
    WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND k.conrelid <> k.confrelid`);
  return parentsFirst(tables, keys);
}

/** Orders tables so that each comes after those it refers to. */
export function parentsFirst(
  tables: readonly BackupTable[],
  keys: readonly { readonly child: string; readonly parent: string }[],
): BackupTable[] {
  const done = new Set<string>();
  const ordered: BackupTable[] = [];
  while (ordered.length < tables.length) {
    const ready = tables.filter(
      ({ table }) => !done.has(table) && keys.every((key) => key.child !== table || done.has(key.parent)),
    );
    if (ready.length === 0) {
      throw new Error('The foreign keys of the schema form a ring, which a backup cannot order.');
    }
    for (const table of ready) {
      done.add(table.table);
      ordered.push(table);
    }
  }
  return ordered;
}

/** Every sequence that was drawn from, identity columns included. */
export async function backupSequences(connection: Queryable): Promise<BackupSequence[]> {
  return connection.query<Row & BackupSequence>(sql`
    SELECT sequencename::text AS sequence, last_value AS value FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename`);
}

/** A name as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The columns of a table as COPY lists them. */
export function columnList({ table, columns }: BackupTable): string {
  return `${quoted(table)} (${columns.map(quoted).join(', ')})`;
}
