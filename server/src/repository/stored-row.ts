import type { Row } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';

/** A version together with the number of its row. */
export interface StoredRow extends StoredResource {
  readonly rid: number;
}

/** A row of `resource` or `resource_history`. */
export interface VersionRow extends Row {
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly last_updated: Date;
  readonly author: string;
  readonly content: string;
}

/** The row as the rooms above know it. */
export function storedRow(row: VersionRow): StoredRow {
  return {
    rid: row.rid,
    type: row.type,
    id: row.id,
    version: row.version,
    lastUpdated: row.last_updated,
    deleted: row.deleted,
    author: row.author,
    json: row.content,
  };
}
