import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Process id of the postmaster that runs on this data folder, or undefined when none does (a stale pid file counts as none). */
export function runningPostmaster(cluster: string): number | undefined {
  const pid = readPid(`${cluster}/postmaster.pid`);
  return pid !== undefined && worksIn(pid, cluster) ? pid : undefined;
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A process id may have been given to another program since: only a process whose working folder is the cluster is ours. */
function worksIn(pid: number, cluster: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster) && isAlive(pid);
  } catch {
    return false;
  }
}

/** True while a process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  return startTime(pid) !== undefined;
}

/** Start time of a process in clock ticks since boot, which tells it apart from a later one of the same id. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Waits until a process is gone; false when it still lives after the time. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; isAlive(pid); ) {
    if (Date.now() > end) {
      return false;
    }
    await sleep(10);
  }
  return true;
}

/** Stops a postmaster: fast (open transactions roll back, a clean checkpoint), then immediate if it takes over 20 s. */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (!(await waitForExit(pid, 20_000))) {
    signal(pid, 'SIGQUIT');
    await waitForExit(pid, 10_000);
  }
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}

/**
 * Ends what a killed server left on this data folder: its postmaster, and the backends of a killed postmaster, which end
 * by themselves within moments. Only when no process works in the folder any more is the pid file removed.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const orphan = runningPostmaster(cluster);
  if (orphan !== undefined) {
    await stopPostmaster(orphan);
  }
  for (const end = Date.now() + 15_000; processesIn(cluster).length > 0; await sleep(20)) {
    if (Date.now() > end) {
      throw new Error(
        `Processes ${processesIn(cluster).join(', ')} still use the database in ${cluster}: end them and start again.`,
      );
    }
  }
  rmSync(`${cluster}/postmaster.pid`, { force: true });
}

function processesIn(cluster: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && worksIn(pid, cluster));
}
