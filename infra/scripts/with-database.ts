import { readConfig } from '../../server/src/config/index.ts';
import { type ConnectionTarget, connectionTarget, startEmbeddedPostgres } from '../../server/src/database/index.ts';

type DatabaseConnection = Parameters<typeof connectionTarget>[0];

/**
 * Runs a command-line program against the database of the settings: the one of DATABASE_URL, or the embedded one, which
 * is started for the time of the program unless a running server has it open. A failure ends as one sentence.
 */
export async function withDatabase(
  work: (target: ConnectionTarget, dataDir: string, connection: DatabaseConnection) => Promise<string>,
): Promise<void> {
  try {
    const config = readConfig(process.env);
    const embedded =
      config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
    try {
      const connection = embedded?.connection ?? (config.databaseUrl as string);
      const target = await connectionTarget(connection);
      process.stdout.write(`${await work(target, config.dataDir, connection)}\n`);
    } finally {
      await embedded?.stop();
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
