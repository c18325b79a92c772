import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { passwordFault } from './password-rules.ts';
import type { SuperAdmin } from './platform.ts';

/** What `npm run admin` prints when it is asked nothing, or nonsense. */
export const ADMIN_USAGE = `Usage: npm run admin -- create-super-admin --email you@example.org [--password-stdin]

Makes an operator of the platform, or gives an existing one a new password. The password is read from standard input
with --password-stdin, else from ADMIN_PASSWORD, else a random one is made and printed once.`;

/** Where the password may come from. */
export interface PasswordSources {
  readonly input: () => Promise<string>;
  readonly environment: string | undefined;
}

/** The operator to make, and whether the password must be shown because nobody knows it yet. */
export interface AdminCommand extends SuperAdmin {
  readonly isGenerated: boolean;
}

/** Reads the command line. @throws Error with one sentence that says what is wrong. */
export async function readAdminCommand(args: readonly string[], sources: PasswordSources): Promise<AdminCommand> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { email: { type: 'string' }, 'password-stdin': { type: 'boolean' } },
    allowPositionals: true,
    strict: true,
  });
  if (positionals.length !== 1 || positionals[0] !== 'create-super-admin') {
    throw new Error(ADMIN_USAGE);
  }
  const email = z.email().safeParse(values.email);
  if (!email.success) {
    throw new Error('--email must be followed by an e-mail address.');
  }
  const given = values['password-stdin'] ? (await sources.input()).replace(/\r?\n$/, '') : sources.environment;
  const password = given ?? randomBytes(18).toString('base64url');
  const fault = passwordFault(password, { context: [email.data.split('@')[0]] });
  if (fault) {
    throw new Error(`The password ${fault}.`);
  }
  return { email: email.data, password, isGenerated: given === undefined };
}
