import { describe, expect, it } from 'vitest';
import { bypassesRowLevelSecurity, checkServer } from './check-server.ts';
import type { Queryable, Row } from './database.ts';

const safe = { version: 18, encoding: 'UTF8', fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

/** A connection that gives one row. */
function answering(row: Row): Queryable {
  return { query: <T>() => Promise.resolve([row] as T[]) };
}

describe('checkServer', () => {
  it('takes PostgreSQL 15 and newer with safe settings', async () => {
    await checkServer(answering({ ...safe, version: 15 }));
    await checkServer(answering({ ...safe, synchronous_commit: 'remote_apply' }));
  });

  it.each([
    [{ version: 14 }, /^The database server is PostgreSQL 14, but 15 or newer is needed/],
    [{ encoding: 'SQL_ASCII' }, /^The database stores SQL_ASCII, but UTF8 is needed/],
    [{ fsync: 'off' }, /^The database server has fsync = off/],
    [{ full_page_writes: 'off' }, /^The database server has full_page_writes = off/],
    [{ synchronous_commit: 'off' }, /^The database server has synchronous_commit = off/],
  ])('refuses %o with one sentence', async (facts, sentence) => {
    await expect(checkServer(answering({ ...safe, ...facts }))).rejects.toThrow(sentence);
  });
});

describe('bypassesRowLevelSecurity', () => {
  it('says what the server says of the role', async () => {
    expect(await bypassesRowLevelSecurity(answering({ bypasses: true }))).toBe(true);
    expect(await bypassesRowLevelSecurity(answering({ bypasses: false }))).toBe(false);
  });
});
