import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createReadAudit } from './read-audit.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { readTreeHeads } from './tree-heads.ts';
import { verifyAudit } from './verify.ts';

let testDatabase: TestDatabase;
let folder: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'mindbridge-sealer-'));
  await testDatabase.database.query(
    sql`INSERT INTO tenant (tenant, project_id, name) OVERRIDING SYSTEM VALUE VALUES (2, 'p', 'x')`,
  );
});
afterAll(async () => {
  await testDatabase.close();
  rmSync(folder, { recursive: true });
});

function sealer(): Sealer {
  return createSealer({
    database: testDatabase.database,
    keysFolder: join(folder, 'keys'),
    headsFolder: join(folder, 'audit'),
    clock: () => new Date(),
    log: (_, error) => {
      throw error;
    },
  });
}

function record(requestId: string): Promise<void> {
  return createReadAudit(testDatabase.database, () => new Date()).record(
    { requestId, tenant: 2, projectId: 'p', author: 'Practitioner/1', depth: 0 },
    { interaction: 'read', type: 'Patient', id: 'a', version: 1, outcome: '0', entries: 1, patients: ['a'] },
  );
}

test('several processes write each head once, into one chain of lines', async () => {
  const processes = [sealer(), sealer(), sealer()];
  for (let n = 0; n < 6; n++) {
    await record(`r${n}`);
    await processes[n % 3]?.seal();
    await Promise.all(processes.map((each) => each.seal()));
  }
  const signed = readTreeHeads(join(folder, 'audit'));
  expect(signed.heads.map(({ batch }) => batch)).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await verifyAudit(testDatabase.database, signed)).problems).toEqual([]);
});

test('goes on after lines were taken out, and the gap shows', async () => {
  const one = sealer();
  await one.seal();
  truncateSync(join(folder, 'audit', 'heads.ndjson'), 0);
  await record('after');
  await one.seal();
  const { heads, problems } = readTreeHeads(join(folder, 'audit'));
  expect([heads.map(({ batch }) => batch), problems.length]).toEqual([[7], 1]);
});
