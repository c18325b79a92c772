import { type Queryable, sql } from '../database/index.ts';
import { type Digest, inclusionPath, merkleRoot, rootAlong } from './merkle.ts';
import type { AuditBatch } from './seal.ts';
import { entriesBetween, entryLeaf, type SealedEntry } from './sealed-entry.ts';

/** That an entry was sealed in a batch, to be checked with the root of that batch alone. */
export interface InclusionProof {
  readonly batch: number;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Digest[];
  readonly root: Digest;
}

/** The proof of one entry; undefined when there is no such entry or it is not sealed yet. */
export async function proveEntry(
  database: Queryable,
  tenant: number,
  seq: string,
): Promise<InclusionProof | undefined> {
  const [batch] = await database.query<Pick<AuditBatch, 'number' | 'from_seq' | 'to_seq' | 'entries'>>(
    sql`SELECT number::int4 AS number, from_seq::text AS from_seq, to_seq::text AS to_seq, entries FROM audit_batch
      WHERE tenant = ${tenant} AND from_seq < ${seq}::int8 AND to_seq >= ${seq}::int8`,
  );
  if (!batch) {
    return undefined;
  }
  const range = { from: batch.from_seq, to: batch.to_seq };
  const entries = await entriesBetween(database, tenant, range, batch.entries + 1);
  const index = entries.findIndex((entry) => entry.seq === seq);
  const leaves = entries.map(entryLeaf);
  return index < 0
    ? undefined
    : { batch: batch.number, index, size: leaves.length, path: inclusionPath(leaves, index), root: merkleRoot(leaves) };
}

/** Was this very entry sealed under the root? */
export function isProved(entry: SealedEntry, proof: InclusionProof): boolean {
  return rootAlong(entryLeaf(entry), proof, proof.path) === proof.root;
}

/** Puts the hash of an entry's detail in its place. The entry's proofs stay valid. Gives false when there was none. */
export async function redactDetail(database: Queryable, tenant: number, seq: string): Promise<boolean> {
  const rows = await database.query(
    sql`UPDATE audit_entry SET detail = 'redacted:' || encode(sha256(convert_to(detail, 'UTF8')), 'hex')
      WHERE tenant = ${tenant} AND seq = ${seq}::int8 AND detail <> '' AND detail !~ '^redacted:' RETURNING seq`,
  );
  return rows.length > 0;
}
