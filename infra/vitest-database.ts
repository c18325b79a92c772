import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Vitest's global set-up for tests that use PostgreSQL. The first test that asks for a database starts the run's own
 * server; here the run names itself to its workers, and at the end stops that server and removes its folder.
 */
export default function setup(): () => Promise<void> {
  process.env.MINDBRIDGE_TEST_RUN = String(process.pid);
  removeAbandoned();
  return async () => {
    await stopServer(process.pid);
  };
}

const prefix = 'mindbridge-test-';

async function stopServer(run: number): Promise<void> {
  const folder = join(tmpdir(), `${prefix}${run}`);
  const pidFile = join(folder, 'postgresql', 'cluster', 'postmaster.pid');
  if (existsSync(pidFile)) {
    const root = realpathSync(join(folder, 'postgresql'));
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    kill(pid, 'SIGINT');
    for (let waits = 0; waits < 500 && existsSync(`/proc/${pid}`); waits++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    rmSync(root, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Removes what runs that were killed have left: their watchdog has stopped the server already. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const run = Number(name.slice(prefix.length));
    if (run > 0 && !existsSync(`/proc/${run}`)) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

function kill(pid: number, signal: 'SIGINT'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
