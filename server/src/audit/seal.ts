import { setTimeout } from 'node:timers/promises';
import { type Database, type Queryable, sql } from '../database/index.ts';
import { chainHead, merkleRoot } from './merkle.ts';
import { entriesBetween, entryLeaf } from './sealed-entry.ts';

/** Most entries of one batch. */
const MAX_ENTRIES = 5000;
const LOCK = 727_080_117;
const WAIT_MS = 20;

/** A sealed batch as it is stored. */
export interface AuditBatch {
  readonly tenant: number;
  readonly number: number;
  readonly from_seq: string;
  readonly to_seq: string;
  readonly entries: number;
  readonly root: string;
  readonly head: string;
  readonly micros: string;
}

/** Batches of a tenant after a number, in their order. */
export function batchesAfter(database: Queryable, tenant: number, number: number, limit = 1000): Promise<AuditBatch[]> {
  return database.query<AuditBatch>(
    sql`SELECT tenant, number::int4 AS number, from_seq::text AS from_seq, to_seq::text AS to_seq, entries, root, head,
        (extract(epoch FROM sealed_at) * 1000000)::int8::text AS micros
      FROM audit_batch WHERE tenant = ${tenant} AND number > ${number} ORDER BY audit_batch.number LIMIT ${limit}`,
  );
}

/** Transactions of this database's own account that are under way. */
async function underWay(database: Queryable): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>(
    sql`SELECT l.virtualtransaction AS id FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'virtualxid' AND a.datname = current_database() AND a.usename = current_user
        AND l.pid <> pg_backend_pid()`,
  );
  return new Set(rows.map((row) => row.id));
}

/**
 * A sequence number up to which every entry is either there for good or never will be: numbers are drawn inside
 * transactions, so it is the last number drawn, once all transactions of that moment have ended. A number that a rolled
 * back transaction drew is simply not there when its range is sealed. Undefined when some are still under way at `until`.
 */
async function horizon(database: Database, until: number): Promise<string | undefined> {
  const [last] = await database.query<{ seq: string }>(
    sql`SELECT (CASE WHEN is_called THEN last_value ELSE 0 END)::text AS seq FROM audit_entry_seq_seq`,
  );
  const before = await underWay(database);
  while (before.size > 0) {
    if (performance.now() > until) {
      return undefined;
    }
    await setTimeout(WAIT_MS);
    const now = await underWay(database);
    for (const id of before) {
      if (!now.has(id)) {
        before.delete(id);
      }
    }
  }
  return last?.seq ?? '0';
}

interface Open {
  readonly tenant: number;
  readonly number: number;
  readonly from_seq: string;
  readonly head: string;
}

/** Tenants with entries that are not sealed yet, and where their chains end. */
function openTenants(tx: Queryable, to: string): Promise<Open[]> {
  return tx.query<Open>(
    sql`SELECT t.tenant, coalesce(b.number, 0)::int4 AS number, coalesce(b.to_seq, 0)::text AS from_seq, coalesce(b.head, '') AS head
      FROM (SELECT tenant FROM tenant UNION SELECT 0 UNION SELECT 1) t
      LEFT JOIN LATERAL (SELECT number, to_seq, head FROM audit_batch WHERE audit_batch.tenant = t.tenant
        ORDER BY number DESC LIMIT 1) b ON true
      WHERE EXISTS (SELECT FROM audit_entry e WHERE e.tenant = t.tenant AND e.seq > coalesce(b.to_seq, 0) AND e.seq <= ${to}::int8)`,
  );
}

/**
 * Lists the entries of a batch that touch several patients under each of them. The entries come in the order of their
 * numbers and are gathered by hash: sorting all pairs of patient and entry would cost six times as much.
 */
async function listPatients(
  tx: Queryable,
  batch: { tenant: number; number: number; from: string; to: string },
): Promise<void> {
  await tx.query(
    sql`INSERT INTO audit_patient (tenant, patient, batch, seqs)
      SELECT ${batch.tenant}, p, ${batch.number}, array_agg(seq) FROM (
        SELECT seq, unnest(patients) AS p FROM audit_entry
        WHERE tenant = ${batch.tenant} AND seq > ${batch.from}::int8 AND seq <= ${batch.to}::int8 ORDER BY seq OFFSET 0
      ) touched GROUP BY p`,
  );
}

/** Seals the next batch of a tenant; gives the open end of its chain after it. */
async function sealNext(tx: Queryable, open: Open, to: string, now: Date): Promise<Open | undefined> {
  const entries = await entriesBetween(tx, open.tenant, { from: open.from_seq, to }, MAX_ENTRIES);
  const last = entries.at(-1);
  if (!last) {
    return undefined;
  }
  const end = entries.length === MAX_ENTRIES ? last.seq : to;
  const root = merkleRoot(entries.map(entryLeaf));
  const number = open.number + 1;
  const header = { tenant: open.tenant, number, from: open.from_seq, to: end, entries: entries.length };
  const head = chainHead(open.head, root, { ...header, sealedAt: `${now.getTime()}000` });
  await tx.query(
    sql`INSERT INTO audit_batch (tenant, number, from_seq, to_seq, entries, root, head, sealed_at)
      VALUES (${open.tenant}, ${number}, ${open.from_seq}::int8, ${end}::int8, ${entries.length}, ${root}, ${head}, ${now})`,
  );
  await listPatients(tx, { tenant: open.tenant, number, from: open.from_seq, to: end });
  return end === to ? undefined : { tenant: open.tenant, number, from_seq: end, head };
}

/**
 * Seals whatever is final: the entries of each tenant into batches, each batch onto the chain of its tenant.
 * One process at a time does it; the others find the lock taken and nothing to do.
 * @returns how many batches were sealed.
 */
export async function sealEntries(database: Database, now: Date, waitMs = 5000): Promise<number> {
  const to = await horizon(database, performance.now() + waitMs);
  if (to === undefined) {
    return 0;
  }
  return database.transaction(async (tx) => {
    const [lock] = await tx.query<{ taken: boolean }>(sql`SELECT pg_try_advisory_xact_lock(${LOCK}) AS taken`);
    let sealed = 0;
    for (const first of lock?.taken ? await openTenants(tx, to) : []) {
      for (let open: Open | undefined = first; open; sealed += 1) {
        open = await sealNext(tx, open, to, now);
      }
    }
    return sealed;
  });
}
