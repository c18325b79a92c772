import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { ServerUser } from './embedded-binaries.ts';

/** A shell that waits for the owner's end on a pipe, or polls for it when the owner is another process, then stops the postmaster. */
export function startWatchdog(postmaster: number, ownerPid: number, user: ServerUser | undefined): void {
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
  if (watchdog.stdin instanceof Socket) {
    watchdog.stdin.unref();
  }
}
