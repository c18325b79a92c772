/** @see security.md S62, S63 */
import * as argon2 from '@node-rs/argon2';
import { expect, it, vi } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

vi.mock('@node-rs/argon2', { spy: true });

it('S62: a password is kept as a salted Argon2id hash', async () => {
  const [one, two] = [await hashPassword('correct horse battery'), await hashPassword('correct horse battery')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
});

it('S63: where there is no account, as much is computed as for a wrong password', async () => {
  const stored = await hashPassword('correct horse battery');
  const work = async (of: string | undefined) => {
    const verify = vi.mocked(argon2.verify).mockClear();
    expect(await verifyPassword(of, 'wrong')).toBe(false);
    return verify.mock.calls.map(([hash]) => String(hash).split('$').slice(0, 4));
  };
  expect(await work(undefined)).toEqual(await work(stored));
  expect(await verifyPassword(undefined, 'no account has this password')).toBe(false);
});
