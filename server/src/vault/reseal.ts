import type { Resource } from '@medplum/fhirtypes';
import { raw, type SqlFragment, sql, type TenantDatabase } from '../database/index.ts';
import { hasPlainText, SEALED_TYPES } from './sealed-elements.ts';

interface SealedRow {
  readonly rid: number;
  readonly version: number;
  readonly content: string;
}

const PAGE = 200;
const TABLES = ['resource', 'resource_history'] as const;

/** How far a pass over the versions of a tenant is. */
export interface SealProgress {
  readonly looked: number;
  readonly sealed: number;
}

/** What a row's text becomes when it is sealed under the newest key. */
type Again = (content: string, rid: number) => Promise<string>;

/**
 * Goes over the versions under a condition, page by page. Readers see either text, and both can be opened; a row that is
 * written meanwhile keeps what the writer gave it.
 */
async function pass(
  database: TenantDatabase,
  condition: SqlFragment,
  sealing: {
    readonly wanted?: (content: string) => boolean;
    readonly again: Again;
    readonly told?: (progress: SealProgress) => void;
  },
): Promise<number> {
  let [looked, sealed] = [0, 0];
  for (const table of TABLES.map(raw)) {
    let [rid, version] = [-1, -1];
    for (;;) {
      const rows = await database.query<SealedRow>(
        sql`SELECT rid, version, content FROM ${table} WHERE tenant = ${database.tenant}
          AND (rid, version) > (${rid}::int8, ${version}::int4) AND ${condition} ORDER BY rid, version LIMIT ${PAGE}`,
      );
      const last = rows.at(-1);
      if (!last) {
        break;
      }
      for (const row of rows.filter(({ content }) => sealing.wanted?.(content) ?? true)) {
        const content = await sealing.again(row.content, row.rid);
        await database.query(
          sql`UPDATE ${table} SET content = ${content} WHERE tenant = ${database.tenant} AND rid = ${row.rid}
            AND version = ${row.version} AND content = ${row.content}`,
        );
        sealed += 1;
      }
      looked += rows.length;
      sealing.told?.({ looked, sealed });
      ({ rid, version } = last);
    }
  }
  return sealed;
}

/** Seals rows again that another key than `kid` has sealed. */
export function reseal(database: TenantDatabase, kid: string, again: Again): Promise<number> {
  const old = sql`content LIKE ' {%' AND position(${`"_sealed":"1.${kid}.`} IN content) = 0`;
  return pass(database, old, { again });
}

/** Seals rows that were written before one of their elements was to be sealed. */
export function sealPlainRows(
  database: TenantDatabase,
  again: Again,
  told: (progress: SealProgress) => void,
): Promise<number> {
  const candidates = sql`NOT deleted AND (type = ANY(${[...SEALED_TYPES]}::text[]) OR content LIKE '%"contained":%')`;
  const wanted = (content: string): boolean => content !== '' && hasPlainText(JSON.parse(content) as Resource);
  return pass(database, candidates, { wanted, again, told });
}
