/** The command line that makes the first operator. */
import { describe, expect, it } from 'vitest';
import { readAdminCommand } from './admin-command.ts';

const sources = { input: async () => 'piped in phrase\n', environment: undefined };
const args = ['create-super-admin', '--email', 'op@clinic.example'];

describe('readAdminCommand', () => {
  it('takes the password from standard input when told so, else from the environment', async () => {
    const both = { ...sources, environment: 'from the environment' };
    expect(await readAdminCommand([...args, '--password-stdin'], both)).toEqual({
      command: 'create-super-admin',
      email: 'op@clinic.example',
      password: 'piped in phrase',
      isGenerated: false,
    });
    expect(await readAdminCommand(args, both)).toMatchObject({ password: 'from the environment' });
  });

  it('makes a password when none is given', async () => {
    const [one, two] = [await readAdminCommand(args, sources), await readAdminCommand(args, sources)];
    expect(one).toMatchObject({ isGenerated: true });
    expect(one).not.toEqual(two);
  });

  it('knows the commands that take nothing', async () => {
    expect(await readAdminCommand(['seal-records'], sources)).toEqual({ command: 'seal-records' });
    await expect(readAdminCommand(['seal-records', '--fast'], sources)).rejects.toThrow('Usage');
  });

  it.each([
    [[], 'Usage'],
    [['drop-tables'], 'Usage'],
    [['create-super-admin'], '--email'],
    [['create-super-admin', '--email', 'nonsense'], '--email'],
    [['create-super-admin', '--wrong'], 'wrong'],
    [['create-super-admin', 'twice', '--email', 'op@clinic.example'], 'twice'],
    [['create-clinic', '--owner-email', 'o@clinic.example'], '--name'],
    [['create-clinic', '--name', 'Oakwood'], '--owner-email'],
    [['create-clinic', '--name', 'Oakwood', '--owner-email', 'nonsense'], '--owner-email'],
    [['create-clinic', '--name', 'Oakwood', '--owner-email', 'o@clinic.example', '--logo', 'javascript:x'], '--logo'],
    [['create-clinic', '--name', 'O', '--owner-email', 'o@c.example', '--primary-color', 'red'], '--primary-color'],
  ])('refuses %j', async (list, text) => {
    await expect(readAdminCommand(list, sources)).rejects.toThrow(text);
  });

  it('takes a clinic with its owner and its look', async () => {
    const list = ['create-clinic', '--name', 'Oakwood', '--owner-email', 'o@clinic.example'];
    expect(await readAdminCommand([...list, '--primary-color', '#0a7f5a'], sources)).toEqual({
      command: 'create-clinic',
      clinic: { name: 'Oakwood', ownerEmail: 'o@clinic.example', brandPrimaryColor: '#0a7f5a' },
    });
  });

  it('takes the rotation of the signing key, without anything more', async () => {
    expect(await readAdminCommand(['rotate-signing-key'], sources)).toEqual({ command: 'rotate-signing-key' });
    await expect(readAdminCommand(['rotate-signing-key', '--now'], sources)).rejects.toThrow('Usage');
  });

  it('refuses a short password', async () => {
    const short = { ...sources, environment: 'short' };
    await expect(readAdminCommand(args, short)).rejects.toThrow('15 characters');
  });
});
