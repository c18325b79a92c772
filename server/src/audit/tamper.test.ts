import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Queryable, raw, type SqlFragment, sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import type { RequestContext } from '../fhir/index.ts';
import { findEntries } from './audit-query.ts';
import { chainHead, merkleRoot } from './merkle.ts';
import { isProved, proveEntry, redactDetail } from './proof.ts';
import { createReadAudit } from './read-audit.ts';
import { batchesAfter, sealEntries } from './seal.ts';
import { ENTRY_COLUMNS, entriesBetween, entryLeaf, type SealedEntry } from './sealed-entry.ts';
import { createSealer } from './sealer.ts';
import { readTreeHeads, type TreeHeads } from './tree-heads.ts';
import { verifyAudit } from './verify.ts';

const TENANTS = [2, 3, 4];
const ROUNDS = 6;

let testDatabase: TestDatabase;
let folder: string;
let heads: string;
let signed: TreeHeads;

const contextOf = (tenant: number, n: number): RequestContext => ({
  requestId: `request-${tenant}-${n}`,
  tenant,
  projectId: 'p',
  author: `Practitioner/${n % 5}`,
  clientId: 'c',
  depth: 0,
});

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'mindbridge-audit-'));
  heads = join(folder, 'audit');
  const { database } = testDatabase;
  for (const tenant of TENANTS) {
    await database.query(
      sql`INSERT INTO tenant (tenant, project_id, name) OVERRIDING SYSTEM VALUE VALUES (${tenant}, ${`p${tenant}`}, 'x')`,
    );
  }
  const audit = createReadAudit(database, () => new Date());
  const sealer = createSealer({
    database,
    keysFolder: join(folder, 'keys'),
    headsFolder: heads,
    clock: () => new Date(),
    log: (_, error) => {
      throw error;
    },
  });
  for (let round = 0; round < ROUNDS; round++) {
    await rolledBack(database, (tx) =>
      tx.query(sql`INSERT INTO audit_entry (tenant, at, interaction, type, id, version, agent, client, request_id, outcome, entries)
        VALUES (2, now(), 'read', 'Patient', 'x', 1, 'a', 'c', 'r', '0', 1)`),
    );
    await Promise.all(
      TENANTS.flatMap((tenant) =>
        Array.from({ length: 10 }, (_, i) => {
          const n = round * 10 + i;
          const patients = i % 4 === 0 ? [`p${n}`, `q${n}`] : [`p${n}`];
          return audit.record(contextOf(tenant, n), {
            interaction: 'read',
            type: 'Observation',
            id: `o${n}`,
            version: 1,
            outcome: '0',
            entries: 1,
            patients,
            detail: { n },
          });
        }),
      ),
    );
    await sealer.seal();
  }
  signed = readTreeHeads(heads);
});
afterAll(async () => {
  await testDatabase.close();
  rmSync(folder, { recursive: true, force: true });
});

const ROLLBACK = new Error('rolled back by the test');

/** Carries work out in a transaction that is then undone. */
async function rolledBack<T>(database: TestDatabase['database'], work: (tx: Queryable) => Promise<T>): Promise<T> {
  const results: T[] = [];
  await database
    .transaction(async (tx) => {
      results.push(await work(tx));
      throw ROLLBACK;
    })
    .catch((error: unknown) => {
      if (error !== ROLLBACK) {
        throw error;
      }
    });
  return results[0] as T;
}

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One way to lie about the past; gives nothing when it could not be carried out. */
type Tampering = (
  tx: Queryable,
  entry: SealedEntry,
  other: SealedEntry,
  roll: (below: number) => number,
) => Promise<unknown>;

const at = ({ tenant, seq }: SealedEntry): SqlFragment => sql`tenant = ${tenant} AND seq = ${seq}::int8`;
const change = (tx: Queryable, entry: SealedEntry, set: SqlFragment) =>
  tx.query(sql`UPDATE audit_entry SET ${set} WHERE ${at(entry)}`);

const TEXT_COLUMNS = [
  'interaction',
  'type',
  'id',
  'agent',
  'client',
  'request_id',
  'outcome',
  'patient',
  'purpose',
  'session',
  'on_behalf_of',
  'detail',
];

const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'edit a text': (tx, entry, _, roll) =>
    change(tx, entry, sql`${raw(TEXT_COLUMNS[roll(TEXT_COLUMNS.length)] as string)} = ${`forged${roll(99)}`}`),
  'edit a number': (tx, entry, _, roll) => change(tx, entry, sql`${raw(roll(2) ? 'version' : 'entries')} = 77`),
  'edit the patients': (tx, entry) => change(tx, entry, sql`patients = ARRAY['a', 'b']`),
  'back-date': (tx, entry, _, roll) => change(tx, entry, sql`at = at - ${`${roll(100_000) + 1} seconds`}::interval`),
  'shift by a microsecond': (tx, entry) => change(tx, entry, sql`at = at + interval '1 microsecond'`),
  'delete one': (tx, entry) => tx.query(sql`DELETE FROM audit_entry WHERE ${at(entry)}`),
  'delete the rest': (tx, entry) =>
    tx.query(sql`DELETE FROM audit_entry WHERE tenant = ${entry.tenant} AND seq >= ${entry.seq}::int8`),
  'delete the beginning': (tx, entry) =>
    tx.query(sql`DELETE FROM audit_entry WHERE tenant = ${entry.tenant} AND seq <= ${entry.seq}::int8`),
  truncate: (tx) => tx.query(sql`TRUNCATE audit_entry`),
  'swap two': async (tx, entry, other) => {
    await change(tx, entry, sql`id = ${other.id}, patient = ${other.patient}, request_id = ${other.request_id}`);
    await change(tx, other, sql`id = ${entry.id}, patient = ${entry.patient}, request_id = ${entry.request_id}`);
  },
  'move to another tenant': (tx, entry) => change(tx, entry, sql`tenant = 9`),
  renumber: async (tx, entry) => {
    await tx.query(sql`ALTER TABLE audit_entry ALTER COLUMN seq SET GENERATED BY DEFAULT`);
    await change(tx, entry, sql`seq = -seq`);
  },
  'slip one in': (tx, entry, other) =>
    tx.query(sql`INSERT INTO audit_entry (seq, tenant, at, interaction, type, id, version, agent, client, request_id, outcome, entries)
      OVERRIDING SYSTEM VALUE VALUES (${other.seq}::int8, ${entry.tenant === other.tenant ? 9 : entry.tenant}, now(), 'read', 'Patient', 'x', 1, 'a', 'c', 'r', '0', 1)`),
  'repeat before the beginning': (tx, entry, _, roll) =>
    tx.query(sql`INSERT INTO audit_entry (seq, tenant, at, interaction, type, id, version, agent, client, request_id, outcome, entries)
      OVERRIDING SYSTEM VALUE SELECT ${-roll(1000)}::int8, tenant, at, interaction, type, id, version, agent, client, request_id, outcome, entries
      FROM audit_entry WHERE ${at(entry)}`),
  'swap two elements': (tx, entry) => change(tx, entry, sql`agent = client, client = agent`),
  'redact falsely': (tx, entry) => change(tx, entry, sql`detail = ${`redacted:${'0'.repeat(64)}`}`),
  'hide from a patient': (tx, entry, _, roll) =>
    roll(2)
      ? tx.query(
          sql`UPDATE audit_patient SET seqs = array_remove(seqs, seqs[1])
            WHERE ctid = (SELECT min(ctid) FROM audit_patient WHERE cardinality(seqs) > 0)`,
        )
      : tx.query(
          sql`INSERT INTO audit_patient (tenant, patient, batch, seqs)
            VALUES (${entry.tenant}, 'other', 1, ARRAY[${entry.seq}::int8])`,
        ),
  'edit a batch': (tx, entry, _, roll) =>
    tx.query(sql`UPDATE audit_batch SET ${[raw('root = head'), raw('entries = entries + 1'), raw(`sealed_at = sealed_at - interval '1 day'`)][roll(3)]}
      WHERE tenant = ${entry.tenant} AND number = ${roll(ROUNDS) + 1}`),
  'delete batches and their entries': async (tx, entry, _, roll) => {
    const number = roll(ROUNDS) + 1;
    await tx.query(sql`DELETE FROM audit_entry WHERE tenant = ${entry.tenant} AND seq >
      (SELECT from_seq FROM audit_batch WHERE tenant = ${entry.tenant} AND number = ${number})`);
    await tx.query(sql`DELETE FROM audit_batch WHERE tenant = ${entry.tenant} AND number >= ${number}`);
    await tx.query(sql`DELETE FROM audit_patient WHERE tenant = ${entry.tenant} AND batch >= ${number}`);
  },
  'edit and seal anew': async (tx, entry) => {
    await change(tx, entry, sql`agent = 'Practitioner/somebody-else'`);
    await sealAnew(tx, entry.tenant);
  },
  'delete and seal anew': async (tx, entry) => {
    await tx.query(sql`DELETE FROM audit_entry WHERE ${at(entry)}`);
    await tx.query(
      sql`UPDATE audit_patient SET seqs = array_remove(seqs, ${entry.seq}::int8) WHERE tenant = ${entry.tenant}`,
    );
    await sealAnew(tx, entry.tenant);
  },
};

/** What somebody would do who knows how batches are made and may write them. */
async function sealAnew(tx: Queryable, tenant: number): Promise<void> {
  let head = '';
  for (const batch of await batchesAfter(tx, tenant, 0)) {
    const range = { from: batch.from_seq, to: batch.to_seq };
    const entries = await entriesBetween(tx, tenant, range, 1000);
    const root = merkleRoot(entries.map(entryLeaf));
    head = chainHead(head, root, {
      tenant,
      number: batch.number,
      ...range,
      entries: entries.length,
      sealedAt: batch.micros,
    });
    await tx.query(sql`UPDATE audit_batch SET root = ${root}, head = ${head}, entries = ${entries.length}
      WHERE tenant = ${tenant} AND number = ${batch.number}`);
  }
}

async function everyEntry(database: Queryable): Promise<SealedEntry[]> {
  return database.query<SealedEntry>(sql`SELECT ${ENTRY_COLUMNS} FROM audit_entry ORDER BY audit_entry.seq`);
}

test('S56: untouched, with gaps that rolled back transactions left, all is well', async () => {
  const report = await verifyAudit(testDatabase.database, signed);
  expect(report).toMatchObject({ entries: 180, batches: 18, unsealed: 0, problems: [] });
  expect(signed.heads).toHaveLength(18);
});

test('S56: of 1,000 edits, deletions, swaps, back-dates, truncations and forgeries 1,000 are found', async () => {
  const { database } = testDatabase;
  const entries = await everyEntry(database);
  const roll = dice(56);
  const names = Object.keys(TAMPERINGS);
  const missed: string[] = [];
  for (let i = 0; i < 1000; i++) {
    const name = names[i % names.length] as string;
    const entry = entries[roll(entries.length)] as SealedEntry;
    const others = entries.filter((one) => one.request_id !== entry.request_id);
    const other = others[roll(others.length)] as SealedEntry;
    const report = await rolledBack(database, async (tx) => {
      for (const table of ['audit_entry', 'audit_patient', 'audit_batch']) {
        await tx.query(sql`ALTER TABLE ${raw(table)} DISABLE TRIGGER USER`);
      }
      await TAMPERINGS[name]?.(tx, entry, other, roll);
      return verifyAudit(tx, signed);
    });
    if (report.problems.length === 0) {
      missed.push(`${name} of ${entry.tenant}/${entry.seq}`);
    }
  }
  expect(missed).toEqual([]);
}, 180_000);

test('S56: the signed heads themselves: edited, forged, cut out, or of another key', () => {
  const file = join(heads, 'heads.ndjson');
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').slice(0, -1);
  const reading = (changed: readonly string[]) => {
    writeFileSync(file, changed.map((line) => `${line}\n`).join(''));
    return readTreeHeads(heads).problems.length;
  };
  const [first = '', second = '', ...rest] = lines;
  const forged = JSON.stringify({ ...JSON.parse(second), head: '0'.repeat(64) });
  const otherKey = JSON.stringify({ ...JSON.parse(second), key: '0'.repeat(16) });
  // No later line names the last one: its signature alone speaks for it.
  const forgedLast = JSON.stringify({ ...JSON.parse(lines.at(-1) ?? ''), head: '0'.repeat(64) });
  try {
    for (const changed of [
      [first, forged, ...rest],
      [first, ...rest],
      [second, first, ...rest],
      [first, otherKey, ...rest],
      [...lines.slice(0, -1), forgedLast],
      [first, 'x'],
    ]) {
      expect(reading(changed)).toBeGreaterThan(0);
    }
    expect(reading(lines)).toBe(0);
  } finally {
    writeFileSync(file, text);
  }
  appendFileSync(file, '');
  expect(statSync(join(folder, 'keys', 'audit.json')).mode & 0o777).toBe(0o600);
});

test('N17: an entry is proved by its batch alone, and still is once its detail was redacted', async () => {
  const { database } = testDatabase;
  const [entry] = (await everyEntry(database)) as [SealedEntry];
  const proof = await proveEntry(database, entry.tenant, entry.seq);
  expect(proof && isProved(entry, proof)).toBe(true);
  expect(proof && isProved({ ...entry, agent: 'Practitioner/other' }, proof)).toBe(false);
  expect(await redactDetail(database, entry.tenant, entry.seq)).toBe(true);
  expect(await redactDetail(database, entry.tenant, entry.seq)).toBe(false);
  const [redacted] = (await everyEntry(database)) as [SealedEntry];
  expect(redacted.detail).toMatch(/^redacted:/);
  expect(proof && isProved(redacted, proof)).toBe(true);
  expect((await verifyAudit(database, signed)).problems).toEqual([]);
});

test('S58: an access to several patients is found by each of them, sealed or not', async () => {
  const { database } = testDatabase;
  const audit = createReadAudit(database, () => new Date());
  const entry = { interaction: 'search-type', type: 'Patient', id: '', version: 0, outcome: '0', entries: 2 } as const;
  await audit.record(contextOf(TENANTS[0] as number, 900), { ...entry, patients: ['several-a', 'several-b'] });
  const find = async (patient: string) =>
    (await findEntries(database, TENANTS[0] as number, { patients: [patient] }, { count: 10 })).length;
  expect([await find('several-a'), await find('several-b'), await find('several-c')]).toEqual([1, 1, 0]);
  await sealEntries(database, new Date());
  expect([await find('several-a'), await find('several-b'), await find('several-c')]).toEqual([1, 1, 0]);
});

test('S56: what a transaction under way has drawn a number for is not sealed over', async () => {
  const { database } = testDatabase;
  const insert = (tx: Queryable, id: string) =>
    tx.query(sql`INSERT INTO audit_entry (tenant, at, interaction, type, id, version, agent, client, request_id, outcome, entries)
      VALUES (2, now(), 'read', 'Patient', ${id}, 1, 'a', 'c', 'r', '0', 1)`);
  await database.transaction(async (tx) => {
    await insert(tx, 'slow');
    await insert(database, 'fast');
    expect(await sealEntries(database, new Date(), 200)).toBe(0);
  });
  expect(await sealEntries(database, new Date())).toBe(1);
  expect(await verifyAudit(database, signed)).toMatchObject({ entries: 183, unsealed: 0, problems: [] });
});
