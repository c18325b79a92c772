import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCommandLine } from '../scripts/command-line.ts';
import { deployEffectBot } from './chaos/effect-bot.ts';
import { type EffectReceiver, startEffectReceiver } from './chaos/effect-receiver.ts';
import { effectFaults } from './chaos/effects.ts';
import { effectsThere } from './chaos/effects-there.ts';
import { writeVersions } from './chaos/write-versions.ts';
import { type Credentials, makeProject } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { type ServerUnderTest, serverUnderTest, type Victim } from './kill/server-under-test.ts';

/**
 * `node infra/checks/chaos-bots.ts --kills 100`: server, bot processes and PostgreSQL are ended by kill -9 in turn, while writers
 * write and a bot answers each version with one effect. Afterwards every acknowledged version has its effect, none has two, and
 * after each kill everything had been made up for within `--recovery` seconds (10; a machine that does other work needs more).
 * `--plant double|lost` plants that very bug: a bot that does not look at its idempotency key, or deliveries that vanish with the
 * server; the check must then go red.
 */
const { options } = readCommandLine({
  call: 'node infra/checks/chaos-bots.ts',
  about: 'Kills server, bot processes and PostgreSQL in turn while a bot answers every write with one effect.',
  options: { kills: 6, writers: 4, recovery: 10, plant: ['double', 'lost'] },
});
const { kills } = options;
const VICTIMS: readonly Victim[] = ['server', 'bots', 'postmaster'];
/** Longest time in ms from a kill until everything acknowledged before it has its effect. */
const RECOVERY_MS = options.recovery * 1000;
/** Longest time in ms that the verdict waits for what is still on its way. */
const PATIENCE_MS = 30_000;

interface Trial {
  readonly server: ServerUnderTest;
  readonly credentials: Credentials;
  readonly receiver: EffectReceiver;
  readonly acknowledged: Set<string>;
}

interface Recovery {
  readonly victim: Victim;
  /** ms until a write was acknowledged again. */
  readonly served: number;
  /** ms until every write acknowledged before the kill had its effect. */
  readonly caughtUp: number;
}

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-chaos-'));
const server = serverUnderTest(dataDir, await freePort(), randomUUID());
const receiver = await startEffectReceiver();
try {
  await server.start();
  const credentials = await makeProject(server.base, dataDir);
  await deployEffectBot(server.base, credentials, { receiver: receiver.url, careless: options.plant === 'double' });
  const trial: Trial = { server, credentials, receiver, acknowledged: new Set() };
  const recoveries: Recovery[] = [];
  for (let kill = 0; kill < kills; kill++) {
    recoveries.push(await killOnce(trial, VICTIMS[kill % VICTIMS.length] as Victim));
    const { victim, served, caughtUp } = recoveries.at(-1) as Recovery;
    process.stdout.write(
      `kill ${kill + 1} of ${kills} (${victim}): served after ${served} ms, all after ${caughtUp} ms\n`,
    );
  }
  await waitForAll(trial);
  report(
    trial,
    effectFaults({ acknowledged: [...trial.acknowledged], effects: await effectsThere(server.base, credentials) }),
    recoveries,
  );
} finally {
  await server.stop();
  receiver.close();
  removeData(dataDir);
}

/** Writes, kills under load, goes on writing until the server answers again, and waits until it has caught up. */
async function killOnce(trial: Trial, victim: Victim): Promise<Recovery> {
  let going = true;
  const writing = { base: trial.server.base, credentials: trial.credentials, acknowledged: trial.acknowledged };
  const writers = Array.from({ length: options.writers }, () => writeVersions(writing, () => going));
  const before = trial.acknowledged.size;
  await waitFor(() => trial.acknowledged.size > before + 20, 30_000);
  if (trial.acknowledged.size <= before + 20) {
    throw new Error('The writers got no acknowledgement within 30 s: a kill would prove nothing');
  }
  await sleep(Math.random() * 300);
  const killedAt = performance.now();
  const owed = [...trial.acknowledged];
  await trial.server.kill(victim);
  if (victim === 'server') {
    await plantLoss();
    await trial.server.start();
  }
  const since = trial.acknowledged.size;
  await waitFor(() => trial.acknowledged.size > since, 60_000);
  const served = Math.round(performance.now() - killedAt);
  going = false;
  await Promise.all(writers);
  await waitFor(() => owed.every((version) => trial.receiver.seen.has(version)), PATIENCE_MS);
  return { victim, served, caughtUp: Math.round(performance.now() - killedAt) };
}

/** Waits for what was acknowledged after the last kill too: an event on its way is not lost. */
async function waitForAll({ acknowledged, receiver: { seen } }: Trial): Promise<void> {
  const missing = (): number => [...acknowledged].filter((version) => !seen.has(version)).length;
  const [onTheWay, since] = [missing(), performance.now()];
  await waitFor(() => missing() === 0, PATIENCE_MS);
  const waited = Math.round(performance.now() - since);
  process.stdout.write(`${onTheWay} versions were on their way, ${missing()} are after ${waited} ms\n`);
}

/** Waits until something holds; gives up after a while, and the verdict then tells what is missing. */
async function waitFor(holds: () => boolean, atMostMs: number): Promise<void> {
  for (const end = Date.now() + atMostMs; !holds() && Date.now() < end; ) {
    await sleep(10);
  }
}

/** With `--plant lost`: what the dead server had not delivered is gone. */
async function plantLoss(): Promise<void> {
  if (options.plant === 'lost') {
    const { startEmbeddedPostgres, openDatabase, sql } = await import('../../server/src/database/index.ts');
    const embedded = await startEmbeddedPostgres({ dataDir });
    const database = await openDatabase({ connection: embedded.connection });
    await database.query(sql`DELETE FROM subscription_delivery WHERE state = 'pending'`);
    await database.close();
    await embedded.stop();
  }
}

function report({ acknowledged }: Trial, faults: readonly string[], recoveries: readonly Recovery[]): void {
  for (const line of faults.slice(0, 20)) {
    process.stdout.write(`  ${line}\n`);
  }
  const slowest = Math.max(...recoveries.map(({ caughtUp }) => caughtUp));
  process.stdout.write(
    `${kills} kills, ${acknowledged.size} acknowledged versions: ${faults.length} events lost or effects doubled; ` +
      `all made up for within ${slowest} ms\n`,
  );
  process.exitCode = faults.length === 0 && slowest <= RECOVERY_MS && acknowledged.size > 0 ? 0 : 1;
}
