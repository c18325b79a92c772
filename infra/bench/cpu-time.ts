import { readdirSync, readFileSync } from 'node:fs';

/** CPU that the threads of running processes used so far, in ms, as the scheduler counts it. */
export function cpuTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + threadsOf(pid).reduce((total, thread) => total + nanosOf(thread), 0), 0) / 1e6;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

function nanosOf(thread: string): number {
  try {
    return Number.parseInt(readFileSync(`${thread}/schedstat`, 'utf8'), 10);
  } catch {
    return 0;
  }
}
