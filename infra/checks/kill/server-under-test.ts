import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Ends the server when the check itself is killed. */
const preload = new URL('../../scripts/stop-with-parent.mjs', import.meta.url).href;

/** A server of our own that can be killed and started again over the same data folder. */
export interface ServerUnderTest {
  readonly base: string;
  /** Starts it and waits until it is ready; gives the time that took, in ms. */
  start(): Promise<number>;
  /** Ends the server process, or its postmaster, by kill -9. */
  kill(victim: 'server' | 'postmaster'): Promise<void>;
  /** Stops it as Ctrl-C does. */
  stop(): Promise<void>;
  /** Processes that belong to this server and still run: by the mark in their environment or by their working folder. */
  processes(): number[];
}

/** Makes a server over a data folder on a port, in demo mode; every process of it carries the mark in its environment. */
export function serverUnderTest(dataDir: string, port: number, mark: string): ServerUnderTest {
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
      child = spawn(process.execPath, ['--import', preload, 'server/src/main.ts'], {
        cwd: root,
        env: {
          ...process.env,
          PORT: String(port),
          DATA_DIR: dataDir,
          BASE_URL: base,
          DEMO: 'true',
          LOG_LEVEL: 'silent',
          MINDBRIDGE_MARK: mark,
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      await waitUntilReady(base, exited);
      return performance.now() - started;
    },
    async kill(victim) {
      if (victim === 'postmaster') {
        process.kill(postmaster(dataDir), 'SIGKILL');
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
  };
}

async function waitUntilReady(base: string, exited: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    if (exited()) {
      throw new Error('The server ended instead of starting.');
    }
    const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) {
      return;
    }
  }
  throw new Error('The server was not ready within 60 s.');
}

function postmaster(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgresql', 'cluster', 'postmaster.pid'), 'utf8'), 10);
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
