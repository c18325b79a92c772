import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { isAlive, runningPostmaster, waitForExit } from './embedded-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mindbridge-embedded-'));
const dataDir = join(folder, 'data');
chmodSync(folder, 0o711);
const cluster = join(dataDir, 'postgresql', 'cluster');
const settings = ['shared_buffers=32MB'];

beforeAll(async () => {
  const server = await startEmbeddedPostgres({ dataDir, settings });
  await query(server.connection, 'CREATE TABLE kept (n int)');
  await server.stop();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function query(config: pg.ClientConfig, text: string): Promise<unknown[]> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the embedded PostgreSQL in a process of its own, as a server would, and gives that process. */
async function startInChild(): Promise<{ readonly kill: () => Promise<void> }> {
  const code = `import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)};
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, settings: ${JSON.stringify(settings)} });
    console.log('ready'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

describe('startEmbeddedPostgres', () => {
  it('keeps the data in a folder of mode 0700, with a database in UTF-8, and stops without a trace', async () => {
    const server = await startEmbeddedPostgres({ dataDir, settings });
    expect(statSync(cluster).mode & 0o777).toBe(0o700);
    expect(await query(server.connection, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(server.connection, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    const pid = runningPostmaster(cluster);
    await server.stop();
    expect(pid !== undefined && isAlive(pid)).toBe(false);
    expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(false);
  });

  it('starts the server again when it is killed, with every committed row', async () => {
    const server = await startEmbeddedPostgres({ dataDir, settings });
    await query(server.connection, 'INSERT INTO kept VALUES (1)');
    const killed = runningPostmaster(cluster) as number;
    process.kill(killed, 'SIGKILL');
    await expect
      .poll(() => query(server.connection, 'SELECT n FROM kept').catch(() => undefined), { timeout: 20_000 })
      .toEqual([{ n: 1 }]);
    expect(runningPostmaster(cluster)).not.toBe(killed);
    await server.stop();
    expect(runningPostmaster(cluster)).toBeUndefined();
  });

  it('ends PostgreSQL when its owner is killed', async () => {
    const owner = await startInChild();
    const pid = runningPostmaster(cluster) as number;
    await owner.kill();
    expect(await waitForExit(pid, 10_000)).toBe(true);
  });

  it('starts at once after its owner was killed, though the old server may still be ending', async () => {
    const owner = await startInChild();
    const before = runningPostmaster(cluster) as number;
    await owner.kill();
    const server = await startEmbeddedPostgres({ dataDir, settings });
    expect(await query(server.connection, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(isAlive(before)).toBe(false);
    await server.stop();
  });

  it('shares the server of a living owner, and leaves it running', async () => {
    const owner = await startInChild();
    const guest = await startEmbeddedPostgres({ dataDir, settings });
    expect(await query(guest.connection, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await guest.stop();
    const pid = runningPostmaster(cluster) as number;
    expect(isAlive(pid)).toBe(true);
    await owner.kill();
    await waitForExit(pid, 10_000);
  });

  it('does not take another program for its own when the process id in a left-over pid file was given anew', async () => {
    const server = await startEmbeddedPostgres({ dataDir, settings });
    const pidFile = readFileSync(join(cluster, 'postmaster.pid'), 'utf8');
    await server.stop();
    writeFileSync(join(cluster, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
    expect(runningPostmaster(cluster)).toBeUndefined();
    const again = await startEmbeddedPostgres({ dataDir, settings });
    expect(await query(again.connection, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await again.stop();
  });

  it.runIf(process.getuid?.() === 0)('works in a folder that the PostgreSQL user cannot enter', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await startEmbeddedPostgres({ dataDir: join(closed, 'data'), settings });
    const elsewhere = realpathSync(join(closed, 'data', 'postgresql'));
    expect(elsewhere.startsWith(closed)).toBe(false);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o700);
    expect(await query(server.connection, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
    rmSync(elsewhere, { recursive: true });
  });

  it('says in one sentence that the data folder cannot be made', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedPostgres({ dataDir: join(file, 'data') })).rejects.toThrow(
      /^The data folder .* cannot be created/,
    );
  });
});
