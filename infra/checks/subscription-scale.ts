import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCommandLine } from '../scripts/command-line.ts';
import { type Credentials, clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { serverUnderTest } from './kill/server-under-test.ts';

/**
 * `node infra/checks/subscription-scale.ts --subscriptions 5000`: what a write and its notification take with five active Subscriptions, and
 * with thousands of which one matches. A server that compared each write with all of them would show it; it is measured, and
 * judged by the reader: other work on the machine changes these figures.
 */
const { options } = readCommandLine({
  call: 'node infra/checks/subscription-scale.ts',
  about: 'Measures a write and its notification with five Subscriptions, and with thousands.',
  options: { subscriptions: 5000, writes: 400 },
});
const { subscriptions: most, writes } = options;
const FEW = 5;
const AT_ONCE = 100;

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-scale-'));
const server = serverUnderTest(dataDir, await freePort(), randomUUID());
let notified: () => void = () => undefined;
const receiver = createServer((request, response) => {
  request.resume().on('end', () => {
    response.end();
    notified();
  });
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
try {
  await server.start();
  const credentials = await makeProject(server.base, dataDir);
  await subscribe(credentials, 0, FEW);
  await measure(credentials, FEW);
  await subscribe(credentials, FEW, most);
  await sleep(3000);
  await measure(credentials, most);
} finally {
  await server.stop();
  receiver.close();
  removeData(dataDir);
}

async function subscribe(credentials: Credentials, from: number, to: number): Promise<void> {
  const bearer = await clientToken(server.base, credentials);
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  for (let first = from; first < to; first += AT_ONCE) {
    const entry = Array.from({ length: Math.min(AT_ONCE, to - first) }, (_, i) => ({
      resource: {
        resourceType: 'Subscription',
        status: 'active',
        reason: 'Scale',
        criteria: `Observation?subject=Patient/scale-${first + i}`,
        channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
      },
      request: { method: 'POST', url: 'Subscription' },
    }));
    await send(server.base, bearer, 'POST', 'fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry });
  }
}

/** Writes one after the other, each about a patient that exactly one Subscription asks for. */
async function measure(credentials: Credentials, count: number): Promise<void> {
  const bearer = await clientToken(server.base, credentials);
  const written: number[] = [];
  const delivered: number[] = [];
  for (let n = 0; n < writes; n++) {
    const subject = { reference: `Patient/scale-${Math.floor(Math.random() * count)}` };
    const resource = { resourceType: 'Observation', status: 'final', code: { text: 'scale' }, subject };
    const arrived = new Promise<void>((resolve) => (notified = resolve));
    const start = performance.now();
    await send(server.base, bearer, 'POST', 'fhir/R4/Observation', resource);
    const answered = performance.now();
    await arrived;
    if (n >= writes / 4) {
      written.push(answered - start);
      delivered.push(performance.now() - start);
    }
  }
  process.stdout.write(
    `${count} Subscriptions: write ${percentiles(written)}, write to notification ${percentiles(delivered)}\n`,
  );
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}
