import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { CALM, type Line, type Weather } from './line.ts';

/** Where a fault is made. */
export interface Place {
  readonly dataDir: string;
  readonly superuser: pg.ClientConfig;
  /** The line between server and database. */
  readonly line: Line;
  /** Tells the server's clock what to do. */
  readonly tell: (message: { readonly clock: number } | { readonly zone: string }) => Promise<unknown>;
  /** Sends a request as the client that writes. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<unknown>;
}

/** Something that breaks, and is mended again before the promise resolves. */
export type Fault = (place: Place) => Promise<void>;

/** How long each fault lasts, in ms. */
const LASTS_MS = 8000;

async function asSuperuser(place: Place, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ ...place.superuser, database: 'mindbridge' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The database is stopped as an operator stops it, and started again by whoever supervises it. */
const restart: Fault = async ({ dataDir }) => {
  const pid = Number.parseInt(readFileSync(join(dataDir, 'postgresql', 'cluster', 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGINT');
  await sleep(1000);
};

/** The database takes no writes for a while, as a standby after a switch of roles does; connections stay. */
const readOnly: Fault = async (place) => {
  const setting = 'ALTER DATABASE mindbridge SET default_transaction_read_only = on';
  await asSuperuser(place, async (client) => {
    await client.query(setting);
    await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = 'mindbridge' AND pid <> pg_backend_pid() AND backend_type = 'client backend'`);
  });
  await sleep(LASTS_MS);
  await asSuperuser(place, async (client) => {
    await client.query('SET default_transaction_read_only = off');
    await client.query('ALTER DATABASE mindbridge RESET default_transaction_read_only');
  });
};

/** Every connection of the pool waits for one lock, and all who come wait for a connection. */
const exhausted: Fault = (place) =>
  asSuperuser(place, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE resource IN ACCESS EXCLUSIVE MODE');
    await sleep(2 * LASTS_MS);
    await client.query('ROLLBACK');
  });

/** The disk of the data is filled to the last byte. Only on a small disk of its own: see {@link smallDisk}. */
const diskFull: Fault = async ({ dataDir }) => {
  const ballast = join(dataDir, 'ballast');
  const file = openSync(ballast, 'w');
  const block = Buffer.alloc(65_536, 1);
  try {
    for (const end = Date.now() + LASTS_MS; Date.now() < end; ) {
      try {
        writeSync(file, block);
      } catch {
        await sleep(50);
      }
    }
  } finally {
    closeSync(file);
    rmSync(ballast, { force: true });
  }
};

/** Packets between server and database are late, or lost and sent again. */
const bad =
  (weather: Partial<Weather>): Fault =>
  async ({ line }) => {
    line.turn({ ...CALM, ...weather });
    await sleep(3 * LASTS_MS);
    line.turn(CALM);
  };

/** The clock of the server is set, and set right again after a while. */
const clock =
  (ms: number): Fault =>
  async ({ tell }) => {
    await tell({ clock: ms });
    await sleep(LASTS_MS);
    await tell({ clock: 0 });
  };

/** Summer time begins and ends. */
const summerTime: Fault = async ({ tell }) => {
  for (const zone of ['Etc/GMT+5', 'Etc/GMT+4', 'Etc/GMT+5', 'UTC']) {
    await tell({ zone });
    await sleep(LASTS_MS / 4);
  }
};

const withId = z.looseObject({ id: z.string() });

/** Whoever is to be told of each write has a name that cannot be resolved. */
const noNames: Fault = async ({ send }) => {
  const channel = {
    type: 'rest-hook',
    endpoint: 'https://nobody.mindbridge.invalid/hook',
    payload: 'application/fhir+json',
  };
  const told = { resourceType: 'Subscription', status: 'active', reason: 'fault', criteria: 'Patient?', channel };
  const { id } = withId.parse(await send('POST', 'fhir/R4/Subscription', told));
  await sleep(LASTS_MS);
  await send('DELETE', `fhir/R4/Subscription/${id}`);
};

/** The faults by name, in the order in which they are made. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  restart,
  'read-only': readOnly,
  exhausted,
  'disk-full': diskFull,
  'latency-5s': bad({ latencyMs: 5000 }),
  'loss-30-percent': bad({ loss: 0.3 }),
  'clock-ahead': clock(600_000),
  'clock-behind': clock(-600_000),
  'summer-time': summerTime,
  'no-names': noNames,
};

/** The most that a disk may hold to be filled, in bytes. */
const SMALL = 2_000_000_000;

/** Makes a small disk at a folder; gives how to take it away, or undefined where this user may not. */
export function smallDisk(folder: string): (() => void) | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const { bsize, blocks } = statfsSync(folder);
  const unmount = (): void => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  if (bsize * blocks > SMALL) {
    unmount();
    return undefined;
  }
  return unmount;
}
