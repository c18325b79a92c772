import cluster from 'node:cluster';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type Config, readConfig } from './config/index.ts';
import { type OpenDatabaseOptions, startEmbeddedPostgres } from './database/index.ts';
import { createObserver, type Observer } from './observability/index.ts';
import { serve } from './serve.ts';
import { createWorkers, tellServing } from './workers.ts';

type Connection = OpenDatabaseOptions['connection'];
type Stop = (signal: 'SIGINT' | 'SIGTERM') => Promise<void>;

// Measured under import, CRUD and search load: resident memory 209 MiB instead of 488 MiB, for 0.1 ms more CPU on each
// imported resource. See infra/decisions/2026-11-24-small-heap.md; the young generation is set by infra/scripts/server-flags.mjs.
setFlagsFromString('--heap-growing-percent=20');

/** How the primary tells its workers where its database is. */
const CONNECTION = 'MINDBRIDGE_CONNECTION';

/** @throws Error with one plain sentence when the folder cannot be made or written. */
function assertWritable(folder: string): void {
  try {
    if (!existsSync(folder)) {
      // A recursive mkdir never ends under file systems that refuse folders, such as /proc.
      mkdirSync(folder, { recursive: !existsSync(dirname(folder)) });
    }
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

/** Starts the database if it is ours, then serves: in this process, or in several behind one port. */
async function start(config: Config): Promise<Stop> {
  assertWritable(config.dataDir);
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  try {
    const connection: Connection = embedded?.connection ?? (config.databaseUrl as string);
    const count = config.serverProcesses ?? Math.max(1, Math.floor(availableParallelism() / 2));
    const stop = count === 1 ? await serveHere(config, connection) : await serveInWorkers(count, connection);
    return async (signal) => {
      await stop(signal);
      await embedded?.stop();
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function serveHere(config: Config, connection: Connection): Promise<Stop> {
  return (await serve(config, observerOf(config), connection)).stop;
}

async function serveInWorkers(count: number, connection: Connection): Promise<Stop> {
  const workers = createWorkers(count, { [CONNECTION]: JSON.stringify(connection) });
  await workers.start();
  return workers.stop;
}

async function worker(config: Config): Promise<Stop> {
  const stop = await serveHere(config, JSON.parse(process.env[CONNECTION] ?? '""') as Connection);
  tellServing();
  return stop;
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const stop = cluster.isPrimary ? await start(config) : await worker(config);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!stopping) {
        stopping = true;
        void stop(signal).then(() => process.exit(0));
      }
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
