import { readConfig } from '../read-config.ts';

/** For the start script: checks every setting and prints the few it needs as JSON; a bad one as one sentence. */
try {
  const { port, host, baseUrl, dataDir, demo, databaseUrl } = readConfig(process.env);
  process.stdout.write(
    `${JSON.stringify({ port, host, baseUrl, dataDir, demo, embedded: databaseUrl === undefined })}\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
