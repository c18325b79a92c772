/**
 * Second factors and secrets of identity providers lie under the keys of the vault.
 * @see security.md S75
 */
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import type { Vault } from '../vault/index.ts';
import { confirmFactor, enrolmentSecret, useFactor } from './factor.ts';
import { findProvider, providerSecret, storeProvider } from './identity-provider.ts';
import { moveSecretsToVault, resealSecrets } from './reseal-secrets.ts';
import { openSecret } from './sealed.ts';
import { type AuthFixture, authFixture, testClinic, testVault } from './testing.ts';
import { totpCode, totpCounter } from './totp.ts';

const user = 'user-1';
const provider = 'provider-1';
let test: TestDatabase;
let fixture: AuthFixture;
let vault: Vault;
let tenant: number;

beforeAll(async () => {
  test = await createTestDatabase();
  vault = await testVault(test.database);
  fixture = await authFixture(test.database, undefined, { secrets: vault.secrets });
  ({ tenant } = await testClinic(fixture, 'Sealed'));
  const { deps } = fixture;
  await confirmFactor(deps, user, await codeNow());
  const config = { kind: 'oidc', name: 'SSO', issuer: 'https://idp.example', clientId: 'x', scope: 'openid' } as const;
  const more = { domains: ['idp.example'], secondFactor: false, linkByEmail: true, clientSecret: 'shared secret' };
  await storeProvider(deps, { tenant, id: provider }, { ...config, ...more });
});
afterAll(() => test.close());

async function codeNow(): Promise<string> {
  const secret = await enrolmentSecret(fixture.deps, user);
  return totpCode(secret, totpCounter(fixture.deps.clock()));
}

const factorRow = async () =>
  (await test.database.query<{ id: string; secret: string }>(sql`SELECT id, secret FROM user_factor`))[0] as {
    id: string;
    secret: string;
  };

async function sharedSecret(): Promise<string | undefined> {
  const found = await findProvider(test.database, provider);
  return found && providerSecret(fixture.deps, found);
}

describe('S75: secrets of this room', () => {
  it('open in their own place and tenant only, and not when changed', async () => {
    const { secrets } = vault;
    const sealed = await secrets.seal(tenant, 'user/1', Buffer.from('secret'));
    expect(sealed).not.toContain('secret');
    expect((await secrets.open(tenant, 'user/1', sealed)).toString()).toBe('secret');
    for (const [where, place, text] of [
      [tenant, 'user/2', sealed],
      [0, 'user/1', sealed],
      [tenant, 'user/1', `${sealed.slice(0, -4)}AAAA`],
      [tenant, 'user/1', sealed.replace('1.', '2.')],
    ] as const) {
      await expect(secrets.open(where, place, text)).rejects.toThrow();
    }
  });

  it('are sealed again after a rotation, each under the key of its tenant, and go on working', async () => {
    const before = await factorRow();
    await vault.rotate(tenant);
    expect(await resealSecrets(fixture.deps, tenant)).toBe(1);
    expect(await factorRow()).toEqual(before);
    await vault.rotate(0);
    expect(await resealSecrets(fixture.deps, 0)).toBe(1);
    expect((await factorRow()).secret.startsWith(await vault.secrets.prefix(0))).toBe(true);
    expect((await factorRow()).secret).not.toBe(before.secret);
    expect(await resealSecrets(fixture.deps, 0)).toBe(0);
    expect(await sharedSecret()).toBe('shared secret');
  });

  it('that an earlier version sealed still open, and are moved under the vault', async () => {
    const { id, secret } = await factorRow();
    const plain = await openSecret(fixture.deps, 0, `${user}/${id}`, secret);
    const key = Buffer.from(hkdfSync('sha256', fixture.deps.keys.derivationSecret, '', 'mindbridge second factor', 32));
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${user}/${id}`));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    const old = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    await test.database.query(sql`UPDATE user_factor SET secret = ${old}, last_counter = -1`);
    fixture.advance(90_000);
    const code = totpCode(plain, totpCounter(fixture.deps.clock()));
    expect(await useFactor(fixture.deps, user, code)).toBe(true);
    expect(await moveSecretsToVault(fixture.deps)).toBe(1);
    expect((await factorRow()).secret).toMatch(/^1\./);
    fixture.advance(90_000);
    expect(await useFactor(fixture.deps, user, totpCode(plain, totpCounter(fixture.deps.clock())))).toBe(true);
    expect(await moveSecretsToVault(fixture.deps)).toBe(0);
  });
});
