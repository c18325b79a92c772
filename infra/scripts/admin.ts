import { text } from 'node:stream/consumers';
import { readAdminCommand } from '../../server/src/auth/index.ts';
import { compose } from '../../server/src/compose.ts';
import { readConfig } from '../../server/src/config/index.ts';
import { openDatabase, startEmbeddedPostgres } from '../../server/src/database/index.ts';
import { createObserver } from '../../server/src/observability/index.ts';

/** `npm run admin -- create-super-admin --email …`: makes an operator of the platform; the server may run meanwhile. */
async function main(): Promise<void> {
  const sources = { input: () => text(process.stdin), environment: process.env.ADMIN_PASSWORD };
  const command = await readAdminCommand(process.argv.slice(2), sources);
  const config = readConfig(process.env);
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  const database = await openDatabase({ connection: embedded?.connection ?? (config.databaseUrl as string) });
  try {
    const observer = createObserver({ level: 'silent', format: 'json', write: () => undefined });
    const house = await compose({ config, database, observer, clock: () => new Date(), baseDefinitions: false });
    await house.auth.createSuperAdmin(command);
    process.stdout.write(`${command.email} may now sign in as an operator of the platform.\n`);
    if (command.isGenerated) {
      process.stdout.write(`Password (shown this once): ${command.password}\n`);
    }
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
