import type { Row } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';

/** A row of `resource` as search selects it. */
export interface ResourceRow extends Row {
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly last_updated: Date;
  readonly author: string;
  readonly content: string;
}

/** A row of a page: what the order was made by, and the version. */
export interface PageRow extends ResourceRow {
  readonly branch: number;
  /** Place on the page; null for what is included. */
  readonly n: number | null;
  /** How many matches there are; null when that was not asked for. */
  readonly total: number | null;
}

/** The row in the words of the other rooms. */
export function storedOf(row: ResourceRow): StoredResource {
  return {
    type: row.type,
    id: row.id,
    version: row.version,
    lastUpdated: row.last_updated,
    deleted: row.deleted,
    author: row.author,
    json: row.content,
  };
}
