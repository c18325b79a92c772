import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { AccessPolicy, Bundle } from '@medplum/fhirtypes';
import { ADMIN_USAGE, readAdminCommand, rotateSigningKeys } from '../../server/src/auth/index.ts';
import { compose, type House } from '../../server/src/compose.ts';
import { readConfig } from '../../server/src/config/index.ts';
import { openDatabase, sql, startEmbeddedPostgres } from '../../server/src/database/index.ts';
import { createObserver } from '../../server/src/observability/index.ts';

type Command = Exclude<Awaited<ReturnType<typeof readAdminCommand>>, { command: 'rotate-signing-key' }>;

const ROLES = join(import.meta.dirname, '../../seed-bundles/base');

/** The roles of the matrix, as every clinic begins with them. */
function roles(): AccessPolicy[] {
  return readdirSync(ROLES)
    .filter((name) => name.includes('-access-policy-'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(ROLES, name), 'utf8')) as Bundle<AccessPolicy>)
    .flatMap(({ entry = [] }) => entry.flatMap(({ resource }) => resource ?? []));
}

/** Seals what is older than its rule in every clinic, and says how far it is. */
async function sealRecords({ vault }: House): Promise<string[]> {
  const tenants = await vault.database.query<{ tenant: number; name: string }>(
    sql`SELECT tenant, name FROM tenant ORDER BY tenant`,
  );
  let total = 0;
  for (const { tenant, name } of tenants) {
    total += await vault.sealPlain(tenant, ({ looked, sealed }) => {
      process.stdout.write(`${name}: ${looked} versions looked at, ${sealed} sealed\n`);
    });
  }
  return [`${total} versions of ${tenants.length} clinics were sealed.`];
}

/** Does what was asked; gives the lines to print. */
async function carryOut(house: House, command: Command): Promise<string[]> {
  const { auth, systemRepository } = house;
  if (command.command === 'seal-records') {
    return sealRecords(house);
  }
  if (command.command === 'create-super-admin') {
    const { email, password, isGenerated } = command;
    await auth.createSuperAdmin({ email, password });
    const said = `${email} may now sign in as an operator of the platform.`;
    return isGenerated ? [said, `Password (shown this once): ${password}`] : [said];
  }
  const { tenant, project, client } = await auth.createClinic(command.clinic);
  for (const role of roles()) {
    await systemRepository(tenant).createResource<AccessPolicy>(role);
  }
  return [
    `${project.name} is there: Project/${project.id}, with the roles of the matrix.`,
    `${command.clinic.ownerEmail} is its owner; an account that is new gets an invitation by mail.`,
    `Client: ${client.id}`,
    `Secret (shown this once): ${client.secret}`,
  ];
}

/** `npm run admin -- …`: what operators do from the command line; the server may run meanwhile. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${ADMIN_USAGE}\n`);
    return;
  }
  const sources = { input: () => text(process.stdin), environment: process.env.ADMIN_PASSWORD };
  const command = await readAdminCommand(process.argv.slice(2), sources);
  const config = readConfig(process.env);
  if (command.command === 'rotate-signing-key') {
    const { kid, signsFrom, othersEnd } = await rotateSigningKeys(join(config.dataDir, 'keys'), new Date());
    process.stdout.write(`Key ${kid} signs from ${signsFrom.toISOString()}.\n`);
    process.stdout.write(`The keys before it verify tokens until ${othersEnd.toISOString()}.\n`);
    return;
  }
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  const database = await openDatabase({ connection: embedded?.connection ?? (config.databaseUrl as string) });
  try {
    const observer = createObserver({ level: 'silent', format: 'json', write: () => undefined });
    const house = await compose({ config, database, observer, clock: () => new Date(), baseDefinitions: false });
    process.stdout.write(`${(await carryOut(house, command)).join('\n')}\n`);
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
