import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { startTime } from './embedded-process.ts';

/**
 * Claims a data folder for a process: true when it is the owner now. False when another living process owns it.
 * The claim names process id and start time, so a reused id is not taken for the owner.
 */
export async function claimOwnership(root: string, pid: number): Promise<boolean> {
  const file = `${root}/owner`;
  const claim = `${pid} ${startTime(pid) ?? ''}`;
  mkdirSync(root, { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, claim, { flag: 'wx', mode: 0o600 });
      return true;
    } catch {
      const [ownerPid, ownerStart] = readOwner(file);
      if (ownerStart !== undefined && startTime(ownerPid) === ownerStart) {
        return false;
      }
      rmSync(file, { force: true });
    }
  }
  return false;
}

/** Gives the claim up. */
export function releaseOwnership(root: string): void {
  rmSync(`${root}/owner`, { force: true });
}

function readOwner(file: string): [number, string | undefined] {
  try {
    const [pid, start] = readFileSync(file, 'utf8').split(' ');
    return [Number(pid), start];
  } catch {
    return [0, undefined];
  }
}
