import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Binaries,
  canEnter,
  installedBinaries,
  reachableFolder,
  type ServerUser,
  serverUser,
} from './embedded-binaries.ts';

/** Where one embedded PostgreSQL lives, and as whom it runs. */
export interface EmbeddedFolders {
  /** Folder of mode 0700, owned by the server's user; holds the other two. */
  readonly root: string;
  readonly cluster: string;
  /** Folder of the unix socket; short enough for a socket address. */
  readonly socket: string;
  readonly user: ServerUser | undefined;
  readonly installed: Binaries;
}

/** A unix socket address holds 107 bytes; `/.s.PGSQL.5432.lock` takes 19 of them. */
const longestSocketFolder = 80;

/**
 * Makes the folders of an embedded PostgreSQL with the right owner and mode. When the server's user cannot enter the
 * data folder (root's home, mode 0700), the cluster lies in a reachable folder and `DATA_DIR/postgresql` links to it.
 * @throws Error with one plain sentence when the data folder cannot be written.
 */
export function prepareFolders(dataDir: string): EmbeddedFolders {
  const installed = installedBinaries();
  const base = makeDataDir(dataDir);
  const link = join(base, 'postgresql');
  const wanted = serverUser();
  letPass(base, wanted);
  if (!existsSync(link)) {
    makeRoot(link, canEnter(base, wanted) ? undefined : reachableFolder());
  }
  const root = realpathSync(link);
  const user = wanted && ownerOf(root, wanted);
  const cluster = join(root, 'cluster');
  own(root, user);
  const socket = socketFolder(root);
  mkdirSync(socket, { recursive: true, mode: 0o700 });
  own(socket, user);
  return { root, cluster, socket, user, installed };
}

function makeDataDir(dataDir: string): string {
  const folder = resolve(dataDir);
  try {
    // Others may pass through to what is theirs (the PostgreSQL user to its cluster), but not list or read.
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    return realpathSync(folder);
  } catch (error) {
    throw new Error(`The data folder ${folder} cannot be created: choose a writable folder with DATA_DIR.`, {
      cause: error,
    });
  }
}

/** A data folder of our own that only we may enter (as `mktemp -d` makes it) is opened for passing through, not for listing. */
function letPass(base: string, user: ServerUser | undefined): void {
  const { mode, uid } = statSync(base);
  if (user !== undefined && uid === process.getuid?.() && !canEnter(base, user)) {
    chmodSync(base, (mode & 0o777) | 0o011);
  }
}

function makeRoot(link: string, elsewhere: string | undefined): void {
  try {
    if (elsewhere === undefined) {
      mkdirSync(link, { mode: 0o700 });
    } else {
      symlinkSync(mkdtempSync(join(elsewhere, 'data-')), link);
    }
  } catch (error) {
    throw new Error(`The data folder cannot be written (${link}): check its owner, or choose another with DATA_DIR.`, {
      cause: error,
    });
  }
}

/** A cluster keeps the user it was made by, unless that is root, who may not run PostgreSQL. */
function ownerOf(root: string, wanted: ServerUser): ServerUser {
  const { uid, gid } = statSync(root);
  return uid === 0 ? wanted : { uid, gid };
}

function own(folder: string, user: ServerUser | undefined): void {
  if (user !== undefined) {
    chownSync(folder, user.uid, user.gid);
  }
  chmodSync(folder, 0o700);
}

function socketFolder(root: string): string {
  const inside = join(root, 'socket');
  if (Buffer.byteLength(inside) <= longestSocketFolder) {
    return inside;
  }
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const outside = `/tmp/mindbridge-${name}`;
  refuseForeign(outside, root);
  return outside;
}

/** In the shared temporary folder somebody else may have made a folder of this name first: it is not used then. */
function refuseForeign(folder: string, root: string): void {
  if (!existsSync(folder)) {
    return;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== statSync(root).uid) {
    throw new Error(`The folder ${folder} belongs to somebody else: remove it, or choose a shorter DATA_DIR.`);
  }
}
