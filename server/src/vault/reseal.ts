import { raw, sql, type TenantDatabase } from '../database/index.ts';

interface SealedRow {
  readonly rid: number;
  readonly version: number;
  readonly content: string;
}

const PAGE = 200;
const TABLES = ['resource', 'resource_history'] as const;

/**
 * Seals rows again that another key than `kid` has sealed. Readers see either text, and both can be opened; a row that is
 * written meanwhile keeps what the writer gave it.
 */
export async function reseal(
  database: TenantDatabase,
  kid: string,
  again: (content: string, rid: number) => Promise<string>,
): Promise<number> {
  let count = 0;
  for (const table of TABLES.map(raw)) {
    let [rid, version] = [-1, -1];
    for (;;) {
      const rows = await database.query<SealedRow>(
        sql`SELECT rid, version, content FROM ${table} WHERE tenant = ${database.tenant}
          AND (rid, version) > (${rid}::int8, ${version}::int4) AND content LIKE ' {%'
          AND position(${`"_sealed":"1.${kid}.`} IN content) = 0 ORDER BY rid, version LIMIT ${PAGE}`,
      );
      const last = rows.at(-1);
      if (!last) {
        break;
      }
      for (const row of rows) {
        const content = await again(row.content, row.rid);
        await database.query(
          sql`UPDATE ${table} SET content = ${content} WHERE tenant = ${database.tenant} AND rid = ${row.rid}
            AND version = ${row.version} AND content = ${row.content}`,
        );
      }
      count += rows.length;
      ({ rid, version } = last);
    }
  }
  return count;
}
