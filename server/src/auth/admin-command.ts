import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type ClinicRequest, NEW_CLINIC } from './init-project.ts';
import { passwordFault } from './password-rules.ts';
import type { SuperAdmin } from './platform.ts';

/** What `npm run admin` prints when it is asked nothing, or nonsense. */
export const ADMIN_USAGE = `Usage: npm run admin -- create-super-admin --email you@example.org [--password-stdin]
       npm run admin -- create-clinic --name "Oakwood Behavioral Health" --owner-email owner@example.org
                        [--brand-name …] [--logo https://…] [--primary-color #rrggbb] [--background-color #rrggbb]
       npm run admin -- rotate-signing-key
       npm run admin -- seal-records

create-super-admin makes an operator of the platform, or gives an existing one a new password. The password is read from
standard input with --password-stdin, else from ADMIN_PASSWORD, else a random one is made and printed once.

create-clinic makes a clinic with its roles, its look and a client, and sends its owner an invitation by mail.

rotate-signing-key makes a new key for tokens. Running servers take it up by themselves, nobody is signed out, and the key
before it goes on verifying until the last of its tokens has expired. Run it where DATA_DIR is the servers' own.

seal-records seals what was written before an upgrade began to seal it, clinic by clinic, beside the traffic.`;

/** Where the password may come from. */
export interface PasswordSources {
  readonly input: () => Promise<string>;
  readonly environment: string | undefined;
}

/** The operator to make, and whether the password must be shown because nobody knows it yet. */
export interface OperatorCommand extends SuperAdmin {
  readonly command: 'create-super-admin';
  readonly isGenerated: boolean;
}

/** The clinic to make. */
export interface ClinicCommand {
  readonly command: 'create-clinic';
  readonly clinic: ClinicRequest;
}

/** A new key for tokens. */
export interface RotationCommand {
  readonly command: 'rotate-signing-key';
}

/** Sealing of what is older than its rule. */
export interface SealCommand {
  readonly command: 'seal-records';
}

/** Reads the command line. @throws Error with one sentence that says what is wrong. */
export async function readAdminCommand(
  args: readonly string[],
  sources: PasswordSources,
): Promise<OperatorCommand | ClinicCommand | RotationCommand | SealCommand> {
  const [command, ...rest] = args;
  if (command === 'create-super-admin') {
    return readOperator(rest, sources);
  }
  if (command === 'create-clinic') {
    return readClinic(rest);
  }
  if ((command === 'rotate-signing-key' || command === 'seal-records') && rest.length === 0) {
    return { command };
  }
  throw new Error(ADMIN_USAGE);
}

async function readOperator(args: readonly string[], sources: PasswordSources): Promise<OperatorCommand> {
  const { values } = parseArgs({
    args: [...args],
    options: { email: { type: 'string' }, 'password-stdin': { type: 'boolean' } },
    strict: true,
  });
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
  return { command: 'create-super-admin', email: email.data, password, isGenerated: given === undefined };
}

/** Options of the command line, by the elements they fill. */
const OPTIONS: Readonly<Record<string, keyof ClinicRequest>> = {
  name: 'name',
  'owner-email': 'ownerEmail',
  'brand-name': 'brandName',
  logo: 'brandLogo',
  'primary-color': 'brandPrimaryColor',
  'background-color': 'brandBackgroundColor',
};

function readClinic(args: readonly string[]): ClinicCommand {
  const options = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const asked = Object.fromEntries(Object.entries(OPTIONS).map(([name, element]) => [element, values[name]]));
  const clinic = NEW_CLINIC.required({ ownerEmail: true }).safeParse(asked);
  if (!clinic.success) {
    const issue = clinic.error.issues[0];
    const option = Object.keys(OPTIONS).find((name) => OPTIONS[name] === issue?.path[0]);
    const isMissing = issue !== undefined && asked[String(issue.path[0])] === undefined;
    throw new Error(isMissing ? `--${option} is missing.` : `--${option}: ${issue?.message}.`);
  }
  return { command: 'create-clinic', clinic: clinic.data };
}
