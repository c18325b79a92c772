import { hash } from 'node:crypto';
import { type Queryable, raw, sql } from '../database/index.ts';
import { type Digest, leafHash } from './merkle.ts';

/** An entry as it lies in the store, numbers that may grow large as text. */
export interface SealedEntry {
  readonly tenant: number;
  readonly seq: string;
  /** Microseconds since 1970, so that no part of the time can be changed unseen. */
  readonly micros: string;
  readonly interaction: string;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly agent: string;
  readonly client: string;
  readonly request_id: string;
  readonly outcome: string;
  readonly entries: number;
  readonly patient: string;
  readonly patients: readonly string[] | null;
  readonly purpose: string;
  readonly session: string;
  readonly on_behalf_of: string;
  readonly detail: string;
}

/** What stands in `detail` once it was redacted. */
const REDACTED = /^redacted:([0-9a-f]{64})$/;

/** Hash under which a detail is sealed, whether it is still there or was redacted. */
export function detailDigest(detail: string): Digest {
  return detail === '' ? '' : (REDACTED.exec(detail)?.[1] ?? hash('sha256', detail));
}

/** The leaf of an entry: every column counts, the detail by its hash. */
export function entryLeaf(entry: SealedEntry): Digest {
  return leafHash(
    JSON.stringify([
      1,
      entry.tenant,
      entry.seq,
      entry.micros,
      entry.interaction,
      entry.type,
      entry.id,
      entry.version,
      entry.agent,
      entry.client,
      entry.request_id,
      entry.outcome,
      entry.entries,
      entry.patient,
      entry.patients,
      entry.purpose,
      entry.session,
      entry.on_behalf_of,
      detailDigest(entry.detail),
    ]),
  );
}

/** Columns of a SealedEntry. */
export const ENTRY_COLUMNS = raw(`tenant, seq::text AS seq, (extract(epoch FROM at) * 1000000)::int8::text AS micros,
  interaction, type, id, version, agent, client, request_id, outcome, entries, patient, patients, purpose, session,
  on_behalf_of, detail`);

/** Entries of a tenant with from < seq <= to in their order, at most so many. */
export function entriesBetween(
  database: Queryable,
  tenant: number,
  range: { readonly from: string; readonly to: string },
  limit: number,
): Promise<SealedEntry[]> {
  return database.query<SealedEntry>(
    sql`SELECT ${ENTRY_COLUMNS} FROM audit_entry WHERE tenant = ${tenant} AND seq > ${range.from}::int8
      AND seq <= ${range.to}::int8 ORDER BY audit_entry.seq LIMIT ${limit}`,
  );
}
