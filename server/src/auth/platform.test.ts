/** The first operator, in the demo and by the command line. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { MAX_ACCESS_TOKEN_SECONDS } from './access-token.ts';
import { demoAccounts } from './demo-accounts.ts';
import { ensureDemoSuperAdmin } from './platform.ts';
import { followSigningKeys, loadSigningKeys, rotateSigningKeys } from './signing-keys.ts';
import { type AuthFixture, authFixture, codeFor, startAuthServer } from './testing.ts';

let test: TestDatabase;
let fixture: AuthFixture;
let dataDir: string;

beforeAll(async () => {
  test = await createTestDatabase();
  fixture = await authFixture(test.database, undefined, { demoDir: tmpdir() });
  dataDir = await mkdtemp(join(tmpdir(), 'mb-auth-'));
});
afterAll(async () => {
  await rm(dataDir, { recursive: true });
  await test.close();
});

const file = () => join(dataDir, 'demo.json');

describe('ensureDemoSuperAdmin', () => {
  it('makes an operator, and keeps him and everything else in the file at the next start', async () => {
    const first = await ensureDemoSuperAdmin(fixture.deps, { dataDir, demo: true });
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const written = JSON.parse(await readFile(file(), 'utf8'));
    expect(written).toMatchObject({ superAdmin: first, tenants: [], fhirUrl: 'http://localhost:8240/fhir/R4' });
    await writeFile(
      file(),
      JSON.stringify({ ...written, tenants: [{ name: 'Oakwood', users: [] }], loadedOn: 'today' }),
    );
    expect(await ensureDemoSuperAdmin(fixture.deps, { dataDir, demo: true })).toEqual(first);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
      tenants: [{ name: 'Oakwood' }],
      loadedOn: 'today',
    });
    const server = await startAuthServer(test.database);
    expect((await codeFor(server, first)).answer.body.code).toBeTypeOf('string');
    await server.close();
  });

  it('refuses outside the demo', async () => {
    await expect(ensureDemoSuperAdmin(fixture.deps, { dataDir, demo: false })).rejects.toThrow('The demo is off');
  });

  it('says what to do about a damaged file', async () => {
    await writeFile(file(), '{');
    await expect(ensureDemoSuperAdmin(fixture.deps, { dataDir, demo: true })).rejects.toThrow('delete it');
  });
});

describe('demoAccounts', () => {
  it('shows people only: neither the operator nor the clients', async () => {
    const user = { email: 'm@x.example', password: 'p', role: 'case-manager', name: 'Maria' };
    const tenants = [{ name: 'Oakwood', clientId: 'c', clientSecret: 's', users: [user] }];
    await writeFile(file(), JSON.stringify({ superAdmin: { email: 'o', password: 'o' }, tenants }));
    expect(await demoAccounts(dataDir)).toEqual([{ ...user, clinic: 'Oakwood' }]);
    expect(await demoAccounts(join(dataDir, 'nowhere'))).toEqual([]);
  });
});

describe('loadSigningKeys', () => {
  it('makes the keys once, for the owner’s eyes only', async () => {
    const folder = join(dataDir, 'keys');
    const first = await loadSigningKeys(folder);
    expect((await stat(join(folder, 'signing.json'))).mode & 0o777).toBe(0o600);
    expect((await loadSigningKeys(folder)).current.kid).toBe(first.current.kid);
  });

  it('rotates: the new key is published first, then signs; the old one verifies until its tokens are over', async () => {
    const folder = join(dataDir, 'rotated');
    const before = (await loadSigningKeys(folder)).current.kid;
    const now = new Date();
    const { kid, signsFrom, othersEnd } = await rotateSigningKeys(folder, now);
    const at = async (time: Date) => {
      const { current, jwks, publicKeys, retiredJwks } = await loadSigningKeys(folder, time.getTime());
      const kids = (keys: readonly { kid?: string }[]) => keys.map((key) => key.kid);
      return [current.kid, kids(jwks.keys), [...publicKeys.keys()], kids(retiredJwks.keys)];
    };
    expect(await at(now)).toEqual([before, [kid, before], [kid, before], []]);
    expect(await at(signsFrom)).toEqual([kid, [kid, before], [kid, before], []]);
    expect(othersEnd.getTime() - signsFrom.getTime()).toBeGreaterThan(MAX_ACCESS_TOKEN_SECONDS * 1000);
    expect(await at(othersEnd)).toEqual([kid, [kid], [kid], [before]]);
    const [secret, later] = [await loadSigningKeys(folder), await rotateSigningKeys(folder, othersEnd)];
    expect((await loadSigningKeys(folder, later.othersEnd.getTime())).derivationSecret).toEqual(
      secret.derivationSecret,
    );
    expect((await at(later.othersEnd))[3]).toEqual([kid, before]);
  });

  it('reaches a running server', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'Date'] });
    try {
      const folder = join(dataDir, 'followed');
      const keys = await followSigningKeys(folder, (error) => expect(error).toBeUndefined());
      const { kid, signsFrom } = await rotateSigningKeys(folder, new Date());
      vi.setSystemTime(signsFrom);
      vi.advanceTimersByTime(5000);
      await vi.waitFor(() => expect(keys.current.kid).toBe(kid));
      expect([...keys.publicKeys.keys()]).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not go on with a damaged file', async () => {
    await writeFile(join(dataDir, 'keys', 'signing.json'), '{}');
    await expect(loadSigningKeys(join(dataDir, 'keys'))).rejects.toThrow('restore the file');
  });
});
