import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The file by which a starter claims a data folder: its process id and start time, so that a reused id is nobody's. */
const FILE = 'start.lock';

/** When a process was started, in the system's own units; undefined when there is no such process or no /proc. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The process that holds the claim; undefined when it is gone, however it ended. */
function holderOf(file) {
  try {
    const [pid, started] = readFileSync(file, 'utf8').split(' ');
    const isSame = started === '' || startTime(Number(pid)) === started;
    return Number(pid) > 0 && isAlive(Number(pid)) && isSame ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Claims a data folder for this process, until it ends. A folder that cannot be written is left to the server, which says so.
 * @returns the process that has it already; undefined when there is none
 */
export function lockDataFolder(folder) {
  const file = join(folder, FILE);
  const claim = `${process.pid} ${startTime(process.pid) ?? ''}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      if (!existsSync(folder)) {
        // A recursive mkdir never ends under file systems that refuse folders, such as /proc.
        mkdirSync(folder, { recursive: !existsSync(dirname(folder)) });
      }
      writeFileSync(file, claim, { flag: 'wx', mode: 0o600 });
      process.once('exit', () => rmSync(file, { force: true }));
      return undefined;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        return undefined;
      }
    }
    const holder = holderOf(file);
    if (holder !== undefined) {
      return holder;
    }
    rmSync(file, { force: true });
  }
  return undefined;
}
