import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { reachableBinaries } from './embedded-binaries.ts';
import { type EmbeddedFolders, prepareFolders } from './embedded-folders.ts';
import { claimOwnership, releaseOwnership } from './embedded-owner.ts';
import { initialize, port, startPostmaster, waitUntilReady } from './embedded-postmaster.ts';
import { stopOrphan, stopPostmaster } from './embedded-process.ts';
import { startWatchdog } from './embedded-watchdog.ts';

export interface EmbeddedOptions {
  /** The folder of all data (setting DATA_DIR); PostgreSQL gets `postgresql` below it, or a reachable place it links to. */
  readonly dataDir: string;
  /** Settings over the defaults of this file, as `name=value`. */
  readonly settings?: readonly string[];
  /** Says in one line what is going on: the first start creates the cluster. */
  readonly onProgress?: (line: string) => void;
  /** Process whose end stops the server too; default this one. */
  readonly ownerPid?: number;
}

export interface EmbeddedPostgres {
  /** How the application connects: the role `mindbridge` on the database `mindbridge`. */
  readonly connection: pg.ClientConfig;
  /** How an administrator connects: for tests and role changes, never for requests. */
  readonly superuser: pg.ClientConfig;
  /** Stops the server, if this process started it. Last of all to be called. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm installed, on a unix socket only, and creates the cluster, the role and the database
 * when they are missing. A postmaster that a killed server left behind is stopped first; one whose server still
 * lives is shared. A watchdog stops the postmaster when the owner dies by whatever means.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const folders = prepareFolders(options.dataDir);
  const client = { host: folders.socket, port };
  const found: EmbeddedPostgres = {
    connection: { ...client, user: 'mindbridge', database: 'mindbridge' },
    superuser: { ...client, user: 'postgres', database: 'postgres' },
    stop: async () => undefined,
  };
  const ownerPid = options.ownerPid ?? process.pid;
  if (!(await claimOwnership(folders.root, ownerPid))) {
    await waitUntilReady(found.superuser, () => true);
    await createRoleAndDatabase(found.superuser);
    return found;
  }
  try {
    const supervisor = supervise(() => launch(folders, options, found.superuser, ownerPid));
    await supervisor.start();
    await createRoleAndDatabase(found.superuser);
    const stop = async (): Promise<void> => {
      await supervisor.stop();
      releaseOwnership(folders.root);
    };
    return { ...found, stop };
  } catch (error) {
    releaseOwnership(folders.root);
    throw error;
  }
}

async function launch(
  folders: EmbeddedFolders,
  options: EmbeddedOptions,
  superuser: pg.ClientConfig,
  ownerPid: number,
): Promise<ChildProcess> {
  await stopOrphan(folders.cluster);
  const binaries = reachableBinaries(folders.installed, folders.user);
  if (!existsSync(`${folders.cluster}/PG_VERSION`)) {
    options.onProgress?.('Creating the database (first start only)');
    await initialize(binaries.folder, folders);
  }
  const child = await startPostmaster(binaries.folder, folders, options.settings ?? [], superuser);
  startWatchdog(child.pid as number, ownerPid, folders.user);
  return child;
}

interface Supervisor {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps a postmaster running: one that ends by itself (killed, out of memory) is started again until `stop` is called. */
function supervise(launchOne: () => Promise<ChildProcess>): Supervisor {
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarting: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    child = await launchOne();
    child.once('exit', () => {
      child = undefined;
      restarting = stopping ? undefined : restart();
    });
  };
  const restart = async (): Promise<void> => {
    for (let delayMs = 50; !stopping && child === undefined; delayMs = Math.min(delayMs * 2, 5_000)) {
      await sleep(delayMs);
      await start().catch(() => undefined);
    }
  };
  return {
    start,
    async stop() {
      stopping = true;
      await restarting;
      if (child?.pid !== undefined) {
        await stopPostmaster(child.pid);
      }
    },
  };
}

async function createRoleAndDatabase(superuser: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(superuser);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(727080102)');
    await createIfMissing(client, `SELECT FROM pg_roles WHERE rolname = 'mindbridge'`, 'CREATE ROLE mindbridge LOGIN');
    await createIfMissing(
      client,
      `SELECT FROM pg_database WHERE datname = 'mindbridge'`,
      'CREATE DATABASE mindbridge OWNER mindbridge',
    );
  } finally {
    await client.end();
  }
}

async function createIfMissing(client: pg.Client, probe: string, create: string): Promise<void> {
  if ((await client.query(probe)).rowCount === 0) {
    await client.query(create);
  }
}
