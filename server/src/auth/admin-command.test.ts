/** The command line that makes the first operator. */
import { describe, expect, it } from 'vitest';
import { readAdminCommand } from './admin-command.ts';

const sources = { input: async () => 'piped in phrase\n', environment: undefined };
const args = ['create-super-admin', '--email', 'op@clinic.example'];

describe('readAdminCommand', () => {
  it('takes the password from standard input when told so, else from the environment', async () => {
    const both = { ...sources, environment: 'from the environment' };
    expect(await readAdminCommand([...args, '--password-stdin'], both)).toEqual({
      email: 'op@clinic.example',
      password: 'piped in phrase',
      isGenerated: false,
    });
    expect((await readAdminCommand(args, both)).password).toBe('from the environment');
  });

  it('makes a password when none is given', async () => {
    const [one, two] = [await readAdminCommand(args, sources), await readAdminCommand(args, sources)];
    expect(one.isGenerated).toBe(true);
    expect(one.password).not.toBe(two.password);
  });

  it.each([
    [[], 'Usage'],
    [['drop-tables'], 'Usage'],
    [['create-super-admin'], '--email'],
    [['create-super-admin', '--email', 'nonsense'], '--email'],
    [['create-super-admin', '--wrong'], 'wrong'],
  ])('refuses %j', async (list, text) => {
    await expect(readAdminCommand(list, sources)).rejects.toThrow(text);
  });

  it('refuses a short password', async () => {
    const short = { ...sources, environment: 'short' };
    await expect(readAdminCommand(args, short)).rejects.toThrow('15 characters');
  });
});
