import { type ChildProcess, spawn } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { EmbeddedFolders } from './embedded-folders.ts';

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
  // The first change of a page after a checkpoint writes the page whole: packing it took 5 % of the CPU of writes.
  'wal_compression=off',
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

/** Number in the name of the socket; no port is opened. */
export const port = 5432;

/** Runs initdb. Local connections are trusted because only root and the owner of the socket's folder can reach it. */
export async function initialize(binaries: string, folders: EmbeddedFolders): Promise<void> {
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

/** Starts the postmaster and waits until it takes statements. The child gives its end to whoever supervises it. */
export async function startPostmaster(
  binaries: string,
  folders: EmbeddedFolders,
  extra: readonly string[],
  superuser: pg.ClientConfig,
): Promise<ChildProcess> {
  const settings = [...defaultSettings, `unix_socket_directories=${folders.socket}`, ...extra];
  const args = ['-D', folders.cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  for (const end = Date.now() + 20_000; ; ) {
    const child = run(`${binaries}/bin/postgres`, args, folders);
    const output = collect(child);
    const running = () => child.exitCode === null && child.signalCode === null;
    if (await waitUntilReady(superuser, running)) {
      letGo(child);
      return child;
    }
    // Backends of a postmaster that was killed end within moments; until then the memory block is in use.
    if (Date.now() > end || !/pre-existing shared memory|lock file/.test(output())) {
      throw new Error(`PostgreSQL did not start on ${folders.cluster} (${lastLine(output())}).`);
    }
    await sleep(200);
  }
}

/** Waits until the server takes a statement; false when it ended instead. */
export async function waitUntilReady(config: pg.ClientConfig, running: () => boolean): Promise<boolean> {
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
    if (stream instanceof Socket) {
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
