import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../scripts/command-line.ts';
import { type Credentials, clientToken, makeProject, send } from './kill/fhir-client.ts';
import { createLedger, type Found, type Ledger, losses } from './kill/ledger.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { type Receiver, startReceiver } from './kill/receiver.ts';
import { type ServerUnderTest, serverUnderTest } from './kill/server-under-test.ts';
import { bundleSystem, lastRefusal, writeUntilStopped } from './kill/writers.ts';

/**
 * `node infra/checks/kill-under-load.ts --kills 100`: a server of its own is ended by kill -9 under eight writers, again
 * and again (every fifth time its PostgreSQL instead). Nothing acknowledged may be lost, no event, and no process may
 * stay. Bundles have `--entries` entries (500 of them by hand: a kill in the midst must leave none or all). `--plant write|event|half|orphan` plants that very bug, and the check must go red.
 */
const { options } = readCommandLine({
  call: 'node infra/checks/kill-under-load.ts',
  about: 'Ends a server by kill -9 under writers, again and again; nothing acknowledged may be lost.',
  options: { kills: 5, writers: 8, entries: 5, plant: ['write', 'event', 'half', 'orphan'] },
});
const { kills, writers: writerCount, entries } = options;
const page = z.looseObject({
  entry: z.array(z.looseObject({ resource: z.looseObject({ id: z.string() }) })).optional(),
});

interface Trial {
  readonly server: ServerUnderTest;
  readonly credentials: Credentials;
  readonly receiver: Receiver;
  readonly ledger: Ledger;
}

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-kill-'));
const mark = randomUUID();
const server = serverUnderTest(dataDir, await freePort(), mark);
const receiver = await startReceiver();
try {
  await server.start();
  const trial: Trial = {
    server,
    receiver,
    credentials: await makeProject(server.base, dataDir),
    ledger: createLedger(),
  };
  await subscribe(trial);
  const readyMs = await killAgainAndAgain(trial);
  report(trial, losses(trial.ledger, await settle(trial)), readyMs);
} finally {
  await server.stop();
  receiver.close();
  removeData(dataDir);
}

async function subscribe({ server: { base }, receiver: { url }, credentials }: Trial): Promise<void> {
  await send(base, await clientToken(base, credentials), 'POST', 'fhir/R4/Subscription', {
    resourceType: 'Subscription',
    status: 'active',
    reason: 'Kill test',
    criteria: 'Observation',
    channel: { type: 'rest-hook', endpoint: url, payload: 'application/fhir+json' },
  });
}

/** Gives the times from start to ready, in ms. */
async function killAgainAndAgain(trial: Trial): Promise<number[]> {
  const readyMs: number[] = [];
  for (let kill = 1; kill <= kills; kill++) {
    let going = true;
    const bearer = await clientToken(trial.server.base, trial.credentials);
    const writing = { base: trial.server.base, bearer, ledger: trial.ledger, entries, going: () => going };
    const writers = Array.from({ length: writerCount }, (_, i) => writeUntilStopped(writing, `k${kill}w${i}`));
    await untilUnderLoad(trial.ledger);
    await sleep(Math.random() * (600 + 5 * entries));
    if (kill % 5 === 0) {
      await trial.server.kill('postmaster');
      await sleep(1_500);
    }
    await trial.server.kill('server');
    going = false;
    await Promise.all(writers);
    readyMs.push(await trial.server.start());
    process.stdout.write(
      `kill ${kill} of ${kills}: ${trial.ledger.acknowledged().length} writes acknowledged so far\n`,
    );
  }
  return readyMs;
}

/** Waits until the writers of this round write: a kill before the first acknowledgement would prove nothing. */
async function untilUnderLoad(ledger: Ledger): Promise<void> {
  const before = ledger.acknowledged().length;
  for (const end = Date.now() + 30_000; ledger.acknowledged().length < before + 2 * writerCount; await sleep(20)) {
    if (Date.now() > end) {
      throw new Error(`The writers got no acknowledgement within 30 s; the last answer was: ${lastRefusal()}`);
    }
  }
}

/** Waits until the subscriber has heard of everything or has heard nothing for a while; then looks at what is there. */
async function settle(trial: Trial): Promise<Found> {
  const acknowledged = trial.ledger.acknowledged();
  const delivered = new Set(trial.receiver.delivered);
  for (let quiet = 0, before = 0; quiet < 30 && acknowledged.some((reference) => !delivered.has(reference)); quiet++) {
    await sleep(1_000);
    for (const reference of trial.receiver.delivered) {
      delivered.add(reference);
    }
    quiet = delivered.size > before ? -1 : quiet;
    before = delivered.size;
  }
  const bearer = await clientToken(trial.server.base, trial.credentials);
  await plant(trial, bearer, delivered);
  const stored = await readable(trial, bearer, acknowledged);
  const entriesOf = await countBundles(trial, bearer);
  if (options.plant === 'orphan') {
    spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { ...process.env, MINDBRIDGE_MARK: mark } }).unref();
  }
  await trial.server.stop();
  await sleep(500);
  return { stored, delivered, entriesOf, orphans: trial.server.processes() };
}

/** Plants the bug that the command line asks for. */
async function plant({ server: { base }, ledger }: Trial, bearer: string, delivered: Set<string>): Promise<void> {
  const acknowledged = ledger.acknowledged();
  if (options.plant === 'half') {
    await dropFromDatabase(await entryOfBundle(base, bearer, ledger));
  }
  const victim = acknowledged[Math.floor(acknowledged.length / 2)] ?? '';
  if (options.plant === 'event') {
    delivered.delete(victim);
  }
  if (options.plant === 'write') {
    await dropFromDatabase(victim.split('/')[1] ?? '');
  }
}

/** Id of a resource that came with a Bundle. */
async function entryOfBundle(base: string, bearer: string, ledger: Ledger): Promise<string> {
  for (const bundle of ledger.bundles().keys()) {
    const path = `fhir/R4/Observation?identifier=${encodeURIComponent(`${bundleSystem}|${bundle}`)}&_count=1`;
    const [first] = page.parse(await send(base, bearer, 'GET', path)).entry ?? [];
    if (first) {
      return first.resource.id;
    }
  }
  throw new Error('No Bundle was written, so none can be halved');
}

async function dropFromDatabase(id: string): Promise<void> {
  const { startEmbeddedPostgres, openDatabase, sql } = await import('../../server/src/database/index.ts');
  const { connection } = await startEmbeddedPostgres({ dataDir });
  const database = await openDatabase({ connection });
  await database.query(sql`DELETE FROM resource_history WHERE id = ${id}`);
  await database.query(sql`DELETE FROM resource WHERE id = ${id}`);
  await database.close();
}

async function readable(
  { server: { base } }: Trial,
  bearer: string,
  references: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  const queue = [...references];
  const worker = async (): Promise<void> => {
    for (let reference = queue.pop(); reference !== undefined; reference = queue.pop()) {
      const isThere = await send(base, bearer, 'GET', `fhir/R4/${reference}`).then(
        () => true,
        () => false,
      );
      if (isThere) {
        found.add(reference);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return found;
}

/** Counts the resources themselves: a number from an index would not see that one is gone. */
async function countBundles({ server: { base }, ledger }: Trial, bearer: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const bundle of ledger.bundles().keys()) {
    const path = `fhir/R4/Observation?identifier=${encodeURIComponent(`${bundleSystem}|${bundle}`)}&_count=1000&_elements=id`;
    counts.set(bundle, page.parse(await send(base, bearer, 'GET', path)).entry?.length ?? 0);
  }
  return counts;
}

function report(trial: Trial, lost: readonly string[], readyMs: readonly number[]): void {
  const slowest = Math.round(Math.max(...readyMs));
  for (const line of lost.slice(0, 20)) {
    process.stdout.write(`  ${line}\n`);
  }
  process.stdout.write(
    `${kills} kills, ${trial.ledger.acknowledged().length} acknowledged writes, ${trial.ledger.bundles().size} Bundles: ` +
      `${lost.length} losses; ready again within ${slowest} ms\n`,
  );
  process.exitCode = lost.length === 0 && trial.ledger.acknowledged().length > 0 ? 0 : 1;
}
