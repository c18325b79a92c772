/** The key of an installation and the database belong together. @see security.md S75 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from './config/index.ts';
import { createTestDatabase, type TestDatabase } from './database/testing.ts';
import { createObserver } from './observability/index.ts';
import { openVault } from './open-vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'mindbridge-vault-'));
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

const openWith = (file: string) =>
  openVault({
    config: readConfig({ DATA_DIR: folder, MASTER_KEY_FILE: join(folder, file) }),
    database: test.database,
    observer: createObserver({ level: 'silent', format: 'json', write: () => undefined }),
    clock: () => new Date(),
  });

it('opens again with the key that it was first opened with, and names any other', async () => {
  const first = await openWith('own.json');
  expect((await openWith('own.json')).blind('x')).toBe(first.blind('x'));
  await expect(openWith('other.json')).rejects.toThrow(/sealed under another key than .*other\.json.*MASTER_KEY_FILE/);
});
