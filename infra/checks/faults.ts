import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../server/src/database/index.ts';
import { readCommandLine } from '../scripts/command-line.ts';
import { FAULTS, smallDisk } from './faults/faults.ts';
import { layLine } from './faults/line.ts';
import { type Prober, startProber } from './faults/probe.ts';
import { clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { serverUnderTest } from './kill/server-under-test.ts';

/**
 * `node infra/checks/faults.ts`: the database under a server of its own is restarted, made read-only, blocked until the pool
 * is exhausted, and its disk filled; the line to it has 5 s of latency or loses 30 % of the packets; the server's clock jumps
 * by 10 minutes or to summer time, and names cannot be resolved; all while a client writes. Each answer must be a success or 503 with Retry-After; within 30 s
 * of the end of a fault all must be well by itself, and what was acknowledged must be there. `--fault NAME` makes one alone.
 * The disk is filled only where this user may mount a small one.
 * @see security.md S80
 */
const { options } = readCommandLine({
  call: 'node infra/checks/faults.ts',
  about: 'Makes the database under a server fail in every way, or in the one that is named, while a client writes.',
  options: { fault: Object.keys(FAULTS) },
});
const LIMIT_MS = 30_000;
/** How long the server is watched after a fault, in ms. */
const AFTER_MS = 32_000;

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-faults-'));
const unmount = smallDisk(dataDir);
const port = await freePort();
const database = await startEmbeddedPostgres({ dataDir });
const line = await layLine(database.superuser);
const clock = new URL('faults/clock.ts', import.meta.url).href;
const server = serverUnderTest(dataDir, port, randomUUID(), {
  preload: [clock],
  environment: { DATABASE_URL: line.url, SERVER_PROCESSES: '1' },
});
let failures = 0;
try {
  await server.start();
  const bearer = await clientToken(server.base, await makeProject(server.base, dataDir));
  const prober = startProber(server.base, bearer);
  await sleep(2000);
  const place = {
    dataDir,
    superuser: database.superuser,
    line,
    tell: server.ask,
    send: (method: string, path: string, body?: unknown) => send(server.base, bearer, method, path, body),
  };
  for (const [name, fault] of Object.entries(FAULTS)) {
    if (options.fault !== undefined && options.fault !== name) {
      continue;
    }
    if (name === 'disk-full' && !unmount) {
      process.stdout.write('disk-full: not made, since this user may not mount a small disk\n');
      continue;
    }
    const from = Date.now();
    await fault(place);
    const ended = Date.now();
    await sleep(AFTER_MS);
    report(name, prober, from, ended);
  }
  await prober.stop();
  await countLost(prober, bearer);
} finally {
  await server.stop();
  await line.close();
  await database.stop();
  unmount?.();
  removeData(dataDir);
}
process.exitCode = failures === 0 ? 0 : 1;

function report(name: string, prober: Prober, from: number, ended: number): void {
  const { statuses, wrong, slowestMs, healedMs } = prober.seen(from, ended);
  const seen = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  const isWell = wrong.length === 0 && healedMs <= LIMIT_MS;
  failures += isWell ? 0 : 1;
  process.stdout.write(
    `${isWell ? 'ok  ' : 'FAIL'} ${name}: ${seen.join(', ')}; slowest ${(slowestMs / 1000).toFixed(1)} s, ` +
      `healed ${(healedMs / 1000).toFixed(1)} s after its end${wrong.length > 0 ? `; wrong: ${wrong.slice(0, 5).join(', ')}` : ''}\n`,
  );
}

async function countLost({ acknowledged }: Prober, bearer: string): Promise<void> {
  let lost = 0;
  for (const id of acknowledged) {
    await send(server.base, bearer, 'GET', `fhir/R4/Patient/${id}`).catch(() => {
      lost += 1;
    });
  }
  failures += lost === 0 ? 0 : 1;
  process.stdout.write(`${lost === 0 ? 'ok  ' : 'FAIL'} ${acknowledged.size} acknowledged writes, ${lost} lost\n`);
}
