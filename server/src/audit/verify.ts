import { type Queryable, sql } from '../database/index.ts';
import { chainHead, merkleRoot } from './merkle.ts';
import { type AuditBatch, batchesAfter } from './seal.ts';
import { entriesBetween, entryLeaf, type SealedEntry } from './sealed-entry.ts';
import type { TreeHead, TreeHeads } from './tree-heads.ts';

/** What a verification found. */
export interface AuditReport {
  readonly tenants: number;
  readonly batches: number;
  /** Sealed entries that were hashed again. */
  readonly entries: number;
  /** Entries that are not sealed yet: for these the chain says nothing. */
  readonly unsealed: number;
  /** One sentence for each thing that is not as it was sealed. */
  readonly problems: readonly string[];
}

const PAGE = 5000;

class Verification {
  readonly problems: string[] = [];
  batches = 0;
  entries = 0;
  private readonly database: Queryable;

  constructor(database: Queryable) {
    this.database = database;
  }

  private async rootOf(batch: AuditBatch): Promise<{ root: string; count: number }> {
    const leaves: string[] = [];
    let from = batch.from_seq;
    for (;;) {
      const page: SealedEntry[] = await entriesBetween(this.database, batch.tenant, { from, to: batch.to_seq }, PAGE);
      leaves.push(...page.map(entryLeaf));
      const last = page.at(-1);
      if (!last || page.length < PAGE) {
        return { root: merkleRoot(leaves), count: leaves.length };
      }
      from = last.seq;
    }
  }

  private async batch(batch: AuditBatch, before: AuditBatch | undefined, anchor: TreeHead | undefined): Promise<void> {
    const name = `tenant ${batch.tenant}, batch ${batch.number}`;
    if (batch.number !== (before?.number ?? 0) + 1 || batch.from_seq !== (before?.to_seq ?? '0')) {
      this.problems.push(`${name} does not follow the batch before it`);
    }
    const { root, count } = await this.rootOf(batch);
    if (count !== batch.entries) {
      this.problems.push(`${name} has ${count} entries, and had ${batch.entries} when it was sealed`);
    } else if (root !== batch.root) {
      this.problems.push(`${name}: its entries are not those that were sealed`);
    }
    const header = { tenant: batch.tenant, number: batch.number, from: batch.from_seq, to: batch.to_seq };
    const sealed = { ...header, entries: batch.entries, sealedAt: batch.micros };
    if (chainHead(before?.head ?? '', batch.root, sealed) !== batch.head) {
      this.problems.push(`${name}: the chain is broken`);
    }
    if (anchor && anchor.head !== batch.head) {
      this.problems.push(`${name} is not the one whose head was signed`);
    }
    this.batches += 1;
    this.entries += count;
  }

  /** @returns the last sequence number that the tenant's batches cover. */
  async tenant(tenant: number, anchors: ReadonlyMap<number, TreeHead>): Promise<string> {
    let before: AuditBatch | undefined;
    for (;;) {
      const page = await batchesAfter(this.database, tenant, before?.number ?? 0, 200);
      for (const batch of page) {
        await this.batch(batch, before, anchors.get(batch.number));
        before = batch;
      }
      if (page.length < 200) {
        break;
      }
    }
    const signed = Math.max(0, ...anchors.keys());
    if (signed > (before?.number ?? 0)) {
      this.problems.push(
        `tenant ${tenant}: batch ${(before?.number ?? 0) + 1} and later ones are gone; ${signed} were signed`,
      );
    } else if (anchors.size > 0 && anchors.size < signed) {
      this.problems.push(`tenant ${tenant}: heads of batches are missing from the signed ones`);
    }
    return before?.to_seq ?? '0';
  }
}

function byTenant(heads: readonly TreeHead[]): Map<number, Map<number, TreeHead>> {
  const tenants = new Map<number, Map<number, TreeHead>>();
  for (const head of heads) {
    const batches = tenants.get(head.tenant) ?? new Map<number, TreeHead>();
    batches.set(head.batch, head);
    tenants.set(head.tenant, batches);
  }
  return tenants;
}

const largest = (values: readonly string[]): string =>
  values.reduce((most, value) => (BigInt(value) > BigInt(most) ? value : most), '0');

/**
 * Hashes every sealed entry again and follows every chain up to the heads that were signed outside the database:
 * an entry or a batch that was edited, removed, moved, back-dated or slipped in shows, and so does a cut end.
 */
export async function verifyAudit(database: Queryable, signed: TreeHeads): Promise<AuditReport> {
  const check = new Verification(database);
  check.problems.push(...signed.problems);
  const anchors = byTenant(signed.heads);
  const known = await database.query<{ tenant: number }>(
    sql`SELECT tenant FROM tenant UNION SELECT DISTINCT tenant FROM audit_batch UNION SELECT DISTINCT tenant FROM audit_entry`,
  );
  const tenants = [...new Set([...known.map((row) => row.tenant), ...anchors.keys()])].sort((a, b) => a - b);
  const ends = new Map<number, string>();
  for (const tenant of tenants) {
    ends.set(tenant, await check.tenant(tenant, anchors.get(tenant) ?? new Map()));
  }
  const horizon = largest([...ends.values(), ...signed.heads.map((head) => head.to)]);
  const { unsealed, stray } = await outside(database, ends, horizon);
  for (const tenant of stray) {
    check.problems.push(`tenant ${tenant} has entries that stand outside of every batch`);
  }
  const misplaced = await misplacedPatients(database);
  if (misplaced > 0) {
    check.problems.push(`${misplaced} entries are not listed with the patients that they name`);
  }
  return {
    tenants: tenants.length,
    batches: check.batches,
    entries: check.entries,
    unsealed,
    problems: check.problems,
  };
}

/** Entries behind the last batch of their tenant, new ones and those with a number that was sealed over already, and before the first. */
async function outside(
  database: Queryable,
  ends: ReadonlyMap<number, string>,
  horizon: string,
): Promise<{ unsealed: number; stray: number[] }> {
  const rows = await database.query<{ tenant: number; late: number; stray: number }>(
    sql`SELECT e.tenant, count(*) FILTER (WHERE e.seq > ${horizon}::int8)::int4 AS late,
        count(*) FILTER (WHERE e.seq <= ${horizon}::int8)::int4 AS stray
      FROM unnest(${[...ends.keys()]}::int4[], ${[...ends.values()]}::int8[]) AS t(tenant, seq)
      JOIN audit_entry e ON e.tenant = t.tenant AND (e.seq > t.seq OR e.seq < 1) GROUP BY e.tenant`,
  );
  return {
    unsealed: rows.reduce((sum, row) => sum + row.late, 0),
    stray: rows.filter((row) => row.stray > 0).map((row) => row.tenant),
  };
}

/** `audit_patient` repeats what sealed entries say; a number too few or too many would hide an access from a patient, or invent one. */
async function misplacedPatients(database: Queryable): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    sql`SELECT count(*)::int4 AS count FROM
      (SELECT e.tenant, p AS patient, e.seq FROM audit_entry e
        JOIN (SELECT tenant, max(to_seq) AS seq FROM audit_batch GROUP BY tenant) s ON s.tenant = e.tenant AND e.seq <= s.seq,
        unnest(e.patients) p) a
      FULL JOIN (SELECT tenant, patient, unnest(seqs) AS seq FROM audit_patient) b ON b.tenant = a.tenant AND b.patient = a.patient AND b.seq = a.seq
      WHERE a.seq IS NULL OR b.seq IS NULL`,
  );
  return row?.count ?? 0;
}

/** How many versions of records were written without an entry, or have lost theirs. */
export async function versionsWithoutEntry(database: Queryable): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    sql`SELECT count(*)::int4 AS count FROM
      (SELECT tenant, type, id, version FROM resource UNION ALL SELECT tenant, type, id, version FROM resource_history) v
      WHERE NOT EXISTS (SELECT FROM audit_entry e WHERE e.tenant = v.tenant AND e.type = v.type AND e.id = v.id
        AND e.version = v.version AND e.interaction IN ('create', 'update', 'delete') AND e.outcome = '0')`,
  );
  return row?.count ?? 0;
}
