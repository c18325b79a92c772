import type { Resource } from '@medplum/fhirtypes';
import type { IndexRows } from '../indexing/index.ts';
import type { StoredRow } from './stored-row.ts';

/** A version that this process wrote, with what was made of it. */
export interface RecentRow {
  readonly row: StoredRow;
  readonly resource: Resource;
  readonly indexRows: IndexRows;
}

/**
 * The last versions this process wrote, as what an update may start from without reading them again. An entry can be
 * out of date (another process wrote since); that does no harm, because a write fails unless the version it started
 * from is still current, and is then tried again from the database. Never answer a read from here.
 */
export interface RecentRows {
  get(tenant: number, type: string, id: string): RecentRow | undefined;
  set(tenant: number, recent: RecentRow): void;
  delete(tenant: number, type: string, id: string): void;
}

const MAX_ENTRIES = 1000;
/** Characters of JSON; larger resources are read again. */
const MAX_LENGTH = 32_768;

/** Makes the memory of one process. */
export function createRecentRows(): RecentRows {
  const entries = new Map<string, RecentRow>();
  const keyOf = (tenant: number, type: string, id: string): string => `${tenant}/${type}/${id}`;
  return {
    get: (tenant, type, id) => entries.get(keyOf(tenant, type, id)),
    set(tenant, recent) {
      const key = keyOf(tenant, recent.row.type, recent.row.id);
      entries.delete(key);
      if (recent.row.json.length > MAX_LENGTH) {
        return;
      }
      if (entries.size >= MAX_ENTRIES) {
        entries.delete(entries.keys().next().value as string);
      }
      entries.set(key, recent);
    },
    delete: (tenant, type, id) => void entries.delete(keyOf(tenant, type, id)),
  };
}
