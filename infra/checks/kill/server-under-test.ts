import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SERVER_FLAGS } from '../../scripts/server-flags.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Ends the server when the check itself is killed. */
const stopWithParent = new URL('../../scripts/stop-with-parent.mjs', import.meta.url).href;

/** What a check may kill: the server, its processes for bots, or the postmaster. */
export type Victim = 'server' | 'bots' | 'postmaster';

/** A server of our own that can be killed and started again over the same data folder. */
export interface ServerUnderTest {
  readonly base: string;
  /** Starts it and waits until it is ready; gives the time that took, in ms. */
  start(): Promise<number>;
  /** Ends the server process, its processes for bots, or its postmaster, by kill -9. */
  kill(victim: Victim): Promise<void>;
  /** Stops it as Ctrl-C does. */
  stop(): Promise<void>;
  /** Processes that belong to this server and still run: by the mark in their environment or by their working folder. */
  processes(): number[];
  /** Sends a message to the server process and gives the next message that comes back. */
  ask(message: unknown): Promise<unknown>;
}

/** What a server may be started with besides. */
export interface StartOptions {
  /** URLs of modules that are loaded before the server. */
  readonly preload?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Makes a server over a data folder on a port, in demo mode; every process of it carries the mark in its environment. */
export function serverUnderTest(
  dataDir: string,
  port: number,
  mark: string,
  { preload = [], environment = {} }: StartOptions = {},
): ServerUnderTest {
  const base = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const exited = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;
  const waitForExit = async (): Promise<void> => {
    while (!exited()) {
      await sleep(5);
    }
  };
  return {
    base,
    async start() {
      const started = performance.now();
      const imports = [stopWithParent, ...preload].flatMap((module) => ['--import', module]);
      child = spawn(process.execPath, [...SERVER_FLAGS, ...imports, 'server/src/main.ts'], {
        cwd: root,
        env: {
          ...process.env,
          PORT: String(port),
          DATA_DIR: dataDir,
          BASE_URL: base,
          DEMO: 'true',
          LOG_LEVEL: 'silent',
          MINDBRIDGE_MARK: mark,
          ...environment,
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        serialization: 'advanced',
      });
      await waitUntilReady(base, exited);
      return performance.now() - started;
    },
    async kill(victim) {
      if (victim === 'postmaster') {
        process.kill(postmaster(dataDir), 'SIGKILL');
        return;
      }
      if (victim === 'bots') {
        for (const pid of botProcesses(child?.pid)) {
          process.kill(pid, 'SIGKILL');
        }
        return;
      }
      child?.kill('SIGKILL');
      await waitForExit();
    },
    async stop() {
      child?.kill('SIGTERM');
      await waitForExit();
    },
    processes: () => processesOf(dataDir, mark),
    ask: (message) =>
      new Promise((resolve) => {
        child?.once('message', resolve);
        child?.send(message as Parameters<ChildProcess['send']>[0]);
      }),
  };
}

/** Longest time in s that a first start may take: several of them on a busy machine prepare their definitions at once. */
const START_S = 300;

async function waitUntilReady(base: string, exited: () => boolean): Promise<void> {
  for (const end = Date.now() + START_S * 1000; Date.now() < end; await sleep(20)) {
    if (exited()) {
      throw new Error('The server ended instead of starting.');
    }
    const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) {
      return;
    }
  }
  throw new Error(`The server was not ready within ${START_S} s.`);
}

function postmaster(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgresql', 'cluster', 'postmaster.pid'), 'utf8'), 10);
}

/** The processes for bots of a server: its children that run the program of one. */
function botProcesses(server: number | undefined): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isChildOf(pid, server));
}

function isChildOf(pid: number, parent: number | undefined): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
    return Number(fields?.[1]) === parent && command.includes('bot-process-main');
  } catch {
    return false;
  }
}

function processesOf(dataDir: string, mark: string): number[] {
  const cluster = realpathSync(join(dataDir, 'postgresql'));
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && (isMarked(pid, mark) || worksBelow(pid, cluster)));
}

function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MINDBRIDGE_MARK=${mark}`);
  } catch {
    return false;
  }
}

function worksBelow(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false;
  }
}
