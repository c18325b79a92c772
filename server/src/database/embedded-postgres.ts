import { type ChildProcess, spawn } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { reachableBinaries, type ServerUser } from './embedded-binaries.ts';
import { type EmbeddedFolders, prepareFolders } from './embedded-folders.ts';
import { claimOwnership, releaseOwnership } from './embedded-owner.ts';
import { runningPostmaster, stopPostmaster } from './embedded-process.ts';

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

/** For a small clinic's server: durable first, then memory that fits beside Node in 2 GB. */
const defaultSettings = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
  'shared_buffers=256MB',
  'work_mem=16MB',
  'maintenance_work_mem=128MB',
  'wal_compression=on',
  'max_wal_size=2GB',
  'checkpoint_timeout=15min',
  'random_page_cost=1.1',
  'effective_io_concurrency=64',
  'jit=off',
  'max_connections=100',
  'log_min_messages=warning',
  // Statement text carries values of patients: it never reaches the log.
  'log_min_error_statement=panic',
  'log_parameter_max_length_on_error=0',
  'log_error_verbosity=terse',
];

const port = 5432;

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
    const pid = await start(folders, options, found.superuser);
    startWatchdog(pid, ownerPid, folders.user);
    await createRoleAndDatabase(found.superuser);
    const stop = async (): Promise<void> => {
      await stopPostmaster(pid);
      releaseOwnership(folders.root);
    };
    return { ...found, stop };
  } catch (error) {
    releaseOwnership(folders.root);
    throw error;
  }
}

async function start(folders: EmbeddedFolders, options: EmbeddedOptions, superuser: pg.ClientConfig): Promise<number> {
  await stopOrphan(folders.cluster);
  const binaries = reachableBinaries(folders.installed, folders.user);
  if (folders.isNew) {
    options.onProgress?.('Creating the database (first start only)');
    await initialize(binaries.folder, folders);
  }
  return startPostmaster(binaries.folder, folders, options, superuser);
}

async function stopOrphan(cluster: string): Promise<void> {
  const orphan = runningPostmaster(cluster);
  if (orphan !== undefined) {
    await stopPostmaster(orphan);
  }
  rmSync(`${cluster}/postmaster.pid`, { force: true });
}

/** Runs initdb. Local connections are trusted because only root and the owner of the socket's folder can reach it. */
async function initialize(binaries: string, folders: EmbeddedFolders): Promise<void> {
  const half = `${folders.cluster}.new`;
  rmSync(half, { recursive: true, force: true });
  const args = ['-D', half, '-U', 'postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--auth=trust'];
  const child = run(`${binaries}/bin/initdb`, args, folders);
  const output = collect(child);
  const code = await exitCode(child);
  if (code !== 0) {
    throw new Error(`The database could not be created in ${folders.cluster} (initdb: ${lastLine(output())}).`);
  }
  renameSync(half, folders.cluster);
}

async function startPostmaster(
  binaries: string,
  folders: EmbeddedFolders,
  options: EmbeddedOptions,
  superuser: pg.ClientConfig,
): Promise<number> {
  const settings = [...defaultSettings, `unix_socket_directories=${folders.socket}`, ...(options.settings ?? [])];
  const args = ['-D', folders.cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  for (const end = Date.now() + 20_000; ; ) {
    const child = run(`${binaries}/bin/postgres`, args, folders);
    const output = collect(child);
    const running = () => child.exitCode === null && child.signalCode === null;
    if (await waitUntilReady(superuser, running)) {
      letGo(child);
      return child.pid as number;
    }
    // Backends of a postmaster that was killed end within moments; until then the memory block is in use.
    if (Date.now() > end || !/pre-existing shared memory|lock file/.test(output())) {
      throw new Error(`PostgreSQL did not start on ${folders.cluster} (${lastLine(output())}).`);
    }
    await sleep(200);
  }
}

/** Waits until the server takes a statement; false when it ended instead. */
async function waitUntilReady(config: pg.ClientConfig, running: () => boolean): Promise<boolean> {
  for (const end = Date.now() + 60_000; running() && Date.now() < end; await sleep(15)) {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      // Not there yet, or still recovering.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

/** A shell that waits for the owner's end on a pipe, or polls for it when the owner is another process, then stops the postmaster. */
function startWatchdog(postmaster: number, ownerPid: number, user: ServerUser | undefined): void {
  const wait =
    ownerPid === process.pid
      ? 'read -r _'
      : `while [ -d /proc/${ownerPid} ] && [ -d /proc/${postmaster} ]; do sleep 1; done`;
  const watchdog = spawn('/bin/sh', ['-c', `trap '' INT TERM HUP; ${wait}; kill -INT ${postmaster} 2>/dev/null`], {
    detached: true,
    cwd: '/',
    stdio: [ownerPid === process.pid ? 'pipe' : 'ignore', 'ignore', 'ignore'],
    ...user,
  });
  watchdog.on('error', () => undefined);
  watchdog.stdin?.on('error', () => undefined);
  watchdog.unref();
  if (watchdog.stdin !== null && 'unref' in watchdog.stdin && typeof watchdog.stdin.unref === 'function') {
    watchdog.stdin.unref();
  }
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

function run(command: string, args: string[], folders: EmbeddedFolders): ChildProcess {
  return spawn(command, args, {
    cwd: folders.root,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    // A session of its own: Ctrl-C in the terminal reaches the server first, which stops PostgreSQL last.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...folders.user,
  });
}

/** Keeps the last output of a child for error sentences. */
function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  child.on('error', (error) => add(Buffer.from(error.message)));
  return () => text;
}

/** Lets this process end while the child lives. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') {
      stream.unref();
    }
  }
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code));
  });
}

function lastLine(output: string): string {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => /\b(FATAL|PANIC|ERROR|error|LOG)\b/.test(line));
  return lines.at(-1)?.trim() ?? (output.trim().split('\n').at(-1) || 'no output');
}
