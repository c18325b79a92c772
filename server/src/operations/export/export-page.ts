import type { Resource } from '@medplum/fhirtypes';
import { join, type SqlFragment, sql, type TenantDatabase } from '../../database/index.ts';
import { parameterKey } from '../../indexing/index.ts';

/** Resources looked at in one go, and about how many stored bytes. */
const WINDOW = 1000;
const WINDOW_BYTES = 3_000_000;

/** What is exported of one type. */
export interface ExportedType {
  readonly tenant: number;
  readonly type: string;
  readonly at: Date;
  readonly since?: Date;
  /** All must hold. */
  readonly conditions: readonly SqlFragment[];
  /** Must lie in the compartment of a patient, or of one of these. */
  readonly compartment?: 'any' | readonly string[];
  readonly compartmentsOf: (resource: Resource) => string[];
}

interface VersionRow {
  readonly rid: number;
  readonly id: string;
  readonly deleted: boolean;
  readonly version: number;
  readonly content: string;
  /** The resource was written again since: what the index says of it may have changed. */
  readonly moved: boolean;
}

/** A part of a type in the order of ids. */
export interface ExportPage {
  readonly lines: readonly string[];
  /** Ids of what was deleted. */
  readonly deleted: readonly string[];
  /** Where to go on; undefined at the end of the type. */
  readonly next?: string;
}

/** The id up to which the next page goes: bounded in number and in bytes, whatever the filters leave of it. */
async function windowEnd(
  db: TenantDatabase,
  { tenant, type }: ExportedType,
  after: string,
): Promise<string | undefined> {
  const rows = await db.query<{ id: string; bytes: number }>({
    name: 'export:window',
    text: `SELECT id, pg_column_size(content) AS bytes FROM resource WHERE tenant = $1 AND type = $2 AND id > $3 ORDER BY id LIMIT ${WINDOW}`,
    values: [tenant, type, after],
  });
  let bytes = 0;
  const end = rows.find((row) => {
    bytes += row.bytes;
    return bytes > WINDOW_BYTES;
  });
  return (end ?? rows.at(-1))?.id;
}

function compartmentSql({ type, compartment, at }: ExportedType): SqlFragment {
  const among = compartment === 'any' ? sql`true` : sql`i.target_id = ANY(${compartment}::text[])`;
  return sql`(r.last_updated > ${at} OR r.deleted OR EXISTS (SELECT FROM index_reference i WHERE i.rid = r.rid AND i.tenant = r.tenant
    AND i.param = ${parameterKey(`${type}._compartment`)}::int4 AND i.target_type = 'Patient' AND ${among}))`;
}

/** The versions of the window that were current at the moment of the export. */
function versionsSql(exported: ExportedType, after: string, end: string): SqlFragment {
  const { tenant, type, at, since, compartment, conditions } = exported;
  const all = [
    sql`r.tenant = ${tenant}`,
    sql`r.type = ${type}`,
    sql`r.id > ${after}`,
    sql`r.id <= ${end}`,
    since ? sql`v.last_updated > ${since}` : sql`NOT v.deleted`,
    ...(compartment ? [compartmentSql(exported)] : []),
    ...conditions,
  ];
  return sql`SELECT r.rid, r.id, v.deleted, v.version, v.content, r.last_updated > ${at} AS moved FROM resource r
    CROSS JOIN LATERAL (
      SELECT r.version, r.deleted, r.last_updated, r.content WHERE r.last_updated <= ${at}
      UNION ALL
      (SELECT h.version, h.deleted, h.last_updated, h.content FROM resource_history h
        WHERE r.last_updated > ${at} AND h.rid = r.rid AND h.last_updated <= ${at} ORDER BY h.version DESC LIMIT 1)
    ) v WHERE ${join(all, ' AND ')} ORDER BY r.id`;
}

/** The last contents of deleted resources: what tells whose they were. */
async function lastContents(db: TenantDatabase, rows: readonly VersionRow[]): Promise<Map<number, string>> {
  if (rows.length === 0) {
    return new Map();
  }
  const found = await db.query<{ rid: number; content: string }>(
    sql`SELECT h.rid, h.content FROM unnest(${rows.map((row) => row.rid)}::int8[], ${rows.map((row) => row.version - 1)}::int4[]) AS d(rid, version)
      JOIN resource_history h ON h.rid = d.rid AND h.version = d.version AND NOT h.deleted`,
  );
  return new Map(found.map((row) => [row.rid, row.content]));
}

function lies(exported: ExportedType, content: string | undefined): boolean {
  const { compartment, compartmentsOf } = exported;
  if (compartment === undefined) {
    return true;
  }
  const patients = content ? compartmentsOf(JSON.parse(content) as Resource) : [];
  return patients.some((patient) => compartment === 'any' || compartment.includes(patient.slice('Patient/'.length)));
}

/** Reads the next page of a type. The cost of one page is bounded, whatever the filters leave of it. */
export async function exportPage(
  db: TenantDatabase,
  exported: ExportedType,
  after: string,
  line: (stored: { readonly json: string }) => string,
): Promise<ExportPage> {
  const end = await windowEnd(db, exported, after);
  if (end === undefined) {
    return { lines: [], deleted: [] };
  }
  const rows = await db.query<VersionRow>(versionsSql(exported, after, end));
  const gone = rows.filter((row) => row.deleted);
  const contents = exported.compartment ? await lastContents(db, gone) : new Map<number, string>();
  return {
    lines: rows
      .filter((row) => !row.deleted && (!row.moved || lies(exported, row.content)))
      .map((row) => line({ json: row.content })),
    deleted: gone.filter((row) => lies(exported, contents.get(row.rid))).map((row) => row.id),
    next: end,
  };
}
