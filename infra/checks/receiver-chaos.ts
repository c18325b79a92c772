import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCommandLine } from '../scripts/command-line.ts';
import { type ChaosReceiver, startChaosReceiver } from './chaos/chaos-receiver.ts';
import { judgeDeliveries } from './chaos/delivery-record.ts';
import { writeEvents } from './chaos/write-events.ts';
import { type Credentials, clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { type ServerUnderTest, serverUnderTest } from './kill/server-under-test.ts';

/**
 * `node infra/checks/receiver-chaos.ts --events 20000`: a receiver answers 30 % of all messages with an error or a redirect, cuts
 * them off, or never answers. In the end nothing is missing, at most 1 % came again after it was accepted, each under the id that it
 * had, the versions of a resource came in order, and another Subscription at the same receiver was served within
 * `--others` ms (2,000: S28; a machine that does other work needs more). `--plant missing|duplicate|order` plants that very bug in the database of the server; the check
 * must then go red.
 */
const { options } = readCommandLine({
  call: 'node infra/checks/receiver-chaos.ts',
  about:
    'A receiver of notifications fails, hangs and cuts off; in the end nothing may be missing, doubled or out of order.',
  options: { events: 20_000, subscriptions: 20, others: 2000, plant: ['missing', 'duplicate', 'order'] },
});
const eventCount = options.events;
const subscriptionCount = options.subscriptions;
const VERSIONS = 4;

/** What a broken server would do to its deliveries, and when: before they are all delivered, or after. */
const PLANTS: Readonly<Record<string, { readonly when: 'before' | 'after'; readonly text: string }>> = {
  missing: {
    when: 'before',
    text: `UPDATE subscription_delivery SET state = 'delivered' WHERE (tenant, subscription, number) IN (
    SELECT tenant, subscription, number FROM subscription_delivery WHERE state = 'pending' AND claimed_until IS NULL LIMIT 5)`,
  },
  duplicate: {
    when: 'after',
    text: `UPDATE subscription_delivery SET state = 'pending', next_attempt_at = now(), claimed_until = NULL
    WHERE state = 'delivered' AND number % 20 = 0`,
  },
  order: {
    when: 'before',
    text: `UPDATE subscription_delivery SET order_key = order_key || number WHERE state = 'pending'`,
  },
};

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-receiver-'));
const server = serverUnderTest(dataDir, await freePort(), randomUUID());
const receiver = await startChaosReceiver();
try {
  await server.start();
  const credentials = await makeProject(server.base, dataDir);
  await subscribe(server, credentials, receiver);
  const started = performance.now();
  const plan = { base: server.base, credentials, events: eventCount, codes: subscriptionCount, versions: VERSIONS };
  const written = await writeEvents(plan);
  const wroteAfter = performance.now() - started;
  await plantBug('before');
  await settle(receiver, eventCount);
  await plantBug('after');
  report(written, wroteAfter, performance.now() - started);
} finally {
  await server.stop();
  receiver.close();
  removeData(dataDir);
}

async function subscribe({ base }: ServerUnderTest, credentials: Credentials, to: ChaosReceiver): Promise<void> {
  const bearer = await clientToken(base, credentials);
  const codes = Array.from({ length: subscriptionCount }, (_, n) => ({ code: `chaos-${n}`, endpoint: to.url }));
  for (const { code, endpoint } of [...codes, { code: 'chaos-0', endpoint: to.healthyUrl }]) {
    await send(base, bearer, 'POST', 'fhir/R4/Subscription', {
      resourceType: 'Subscription',
      status: 'active',
      reason: 'Receiver chaos',
      criteria: `Observation?code=${code}`,
      channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
    });
  }
}

/** Waits until every event was accepted, or until nothing came for longer than a message can take. */
async function settle({ accepted }: ChaosReceiver, expected: number): Promise<void> {
  for (let quiet = 0, before = 0; quiet < 60 && new Set(accepted.map(({ id }) => id)).size < expected; quiet++) {
    await sleep(1000);
    quiet = accepted.length > before ? 0 : quiet;
    before = accepted.length;
  }
  await sleep(2000);
}

async function plantBug(moment: 'before' | 'after'): Promise<void> {
  const plant = PLANTS[options.plant ?? ''];
  if (plant?.when === moment) {
    const { startEmbeddedPostgres, openDatabase } = await import('../../server/src/database/index.ts');
    const embedded = await startEmbeddedPostgres({ dataDir });
    const database = await openDatabase({ connection: embedded.connection });
    await database.query({ text: plant.text, values: [] });
    await database.close();
    await sleep(10_000);
  }
}

function report(written: ReadonlyMap<string, number>, wroteAfter: number, doneAfter: number): void {
  const { missing, duplicates, unrecognisable, outOfOrder } = judgeDeliveries({ written, accepted: receiver.accepted });
  for (const line of [...missing.map((one) => `missing ${one}`), ...unrecognisable, ...outOfOrder].slice(0, 20)) {
    process.stdout.write(`  ${line}\n`);
  }
  const attempts = Object.values(receiver.met).reduce((sum, count) => sum + count, 0);
  const share = duplicates.length / receiver.accepted.length;
  const waited = [...receiver.healthy].sort((a, b) => a - b);
  const slowest = waited.at(-1) ?? Number.POSITIVE_INFINITY;
  process.stdout.write(
    `${eventCount} events written in ${Math.round(wroteAfter / 1000)} s, ${attempts} messages met so: ${JSON.stringify(receiver.met)}; ` +
      `after ${Math.round(doneAfter / 1000)} s: ${missing.length} missing, ${duplicates.length} duplicates ` +
      `(${(share * 100).toFixed(2)} %), ${unrecognisable.length} of them not recognisable, ${outOfOrder.length} out of order; ` +
      `the ${waited.length} messages to a healthy receiver took ${waited[waited.length >> 1]} ms at the median, ${slowest} ms at most\n`,
  );
  const sound = missing.length + unrecognisable.length + outOfOrder.length === 0 && share <= 0.01;
  process.exitCode = sound && slowest <= options.others ? 0 : 1;
}
