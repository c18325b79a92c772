import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { compose } from './compose.ts';
import { type Config, readConfig } from './config/index.ts';
import { type EmbeddedPostgres, openDatabase, startEmbeddedPostgres } from './database/index.ts';
import { createObserver, type Observer } from './observability/index.ts';

/** Longest time that requests under way may take to end once a stop is asked for, in ms. */
const STOP_TIMEOUT = 10_000;

/** @throws Error with one plain sentence when the folder cannot be made or written. */
function assertWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Error(
      `The data folder ${folder} cannot be written: make it writable, or name another one with DATA_DIR.`,
    );
  }
}

function observerOf(config: Config): Observer {
  const isTerminal = process.stdout.isTTY === true;
  const format = config.logFormat === 'auto' ? (isTerminal ? 'pretty' : 'json') : config.logFormat;
  return createObserver({ level: config.logLevel, format, write: (line) => void process.stdout.write(line) });
}

/** Reads the settings, opens the database, puts the house together, listens; stops in the opposite order. */
async function main(): Promise<void> {
  const started = performance.now();
  const config = readConfig(process.env);
  const observer = observerOf(config);
  assertWritable(config.dataDir);
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  try {
    await serve(config, observer, embedded, started);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function serve(
  config: Config,
  observer: Observer,
  embedded: EmbeddedPostgres | undefined,
  started: number,
): Promise<void> {
  const database = await openDatabase({
    connection: embedded?.connection ?? (config.databaseUrl as string),
    poolSize: config.databasePoolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    slowStatementMs: config.slowStatementMs,
    onSlowStatement: (statement, durationMs) => observer.emit({ type: 'slow-statement', statement, durationMs }),
    onMigrated: (migrations) => observer.emit({ type: 'database-migrated', migrations }),
  });
  const house = await compose({ config, database, observer, clock: () => new Date() });
  await listen(house.server, config);
  await house.start();
  const durationMs = Math.round(performance.now() - started);
  observer.emit({ type: 'started', port: config.port, process: process.pid, durationMs });

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) {
      return;
    }
    stopping = true;
    observer.emit({ type: 'stopping', signal });
    const giveUp = setTimeout(() => house.server.closeAllConnections(), STOP_TIMEOUT);
    await house.stop();
    clearTimeout(giveUp);
    await database.close();
    await embedded?.stop();
    observer.emit({ type: 'stopped' });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop(signal).then(() => process.exit(0)));
  }
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const problem = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code})`;
      reject(new Error(`Port ${config.port} on ${config.host} ${problem}: choose another one with PORT.`));
    });
    server.listen(config.port, config.host, resolve);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
