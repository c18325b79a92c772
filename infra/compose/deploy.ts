import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type ClinicClient, clinicClientSchema, makeClinicClient } from './clinic-client.ts';

/**
 * The step `deploy` of the compose file: a clinic and its client on the server, kept for the next time, then our bots by
 * `bots/src/deploy/main.ts`, whose report and exit code are its own.
 */
const settings = z
  .object({
    BASE: z.url(),
    SUPER_ADMIN_EMAIL: z.string(),
    SUPER_ADMIN_PASSWORD: z.string(),
    CREDENTIALS: z.string(),
  })
  .parse(process.env);

async function clinicClient(): Promise<ClinicClient> {
  const { BASE, SUPER_ADMIN_EMAIL: email, SUPER_ADMIN_PASSWORD: password, CREDENTIALS: file } = settings;
  if (existsSync(file)) {
    return clinicClientSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  }
  const made = await makeClinicClient(BASE, { email, password }, 'Oakwood Behavioral Health');
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

const { clientId, clientSecret } = await clinicClient();
const program = fileURLToPath(new URL('../../bots/src/deploy/main.ts', import.meta.url));
// With `=`, for a secret may begin with a dash.
const args = [program, '--base', settings.BASE, '--client-id', clientId, `--client-secret=${clientSecret}`];
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
