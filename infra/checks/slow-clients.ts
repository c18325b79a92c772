import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { httpSide } from '../bench/http-side.ts';
import { readCommandLine } from '../scripts/command-line.ts';
import { clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { serverUnderTest } from './kill/server-under-test.ts';
import type { Crowd } from './slow/clients.ts';

/**
 * `node infra/checks/slow-clients.ts`: a server of its own answers reads while 2,000 clients trickle heads and bodies and 200
 * stop reading a large answer. The 95th percentile of the others may not rise by more than a fifth, and every slow connection
 * must be closed within 30 s. It is compared with rounds in which the same documents are read at once.
 * @see security.md S67
 */
const { options } = readCommandLine({
  call: 'node infra/checks/slow-clients.ts',
  about: 'Thousands of clients trickle or stop reading while others read at a steady pace.',
  options: { trickling: 2000, readers: 200, rounds: 5 },
});
const { rounds } = options;
const LIMIT_SECONDS = 30;
const ALLOWED = 1.2;
/** Reads of the others in a second: enough to see them wait, and far from all that the machine can do. */
const READS_PER_SECOND = 100;
const ARRIVAL = 15_000;
/** More than the buffers of the system take in at once. */
const DOCUMENT_BYTES = 1_500_000;
const withId = z.looseObject({ id: z.string() });
/** Reads of the others that were not answered. */
let failed = 0;
const clients = fileURLToPath(new URL('slow/clients.ts', import.meta.url));

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-slow-'));
const port = await freePort();
const server = serverUnderTest(dataDir, port, randomUUID());
try {
  await server.start();
  const bearer = await clientToken(server.base, await makeProject(server.base, dataDir));
  const side = httpSide('others', {
    fhirBase: `${server.base}/fhir/R4`,
    bearer: async () => bearer,
    cpuMs: () => undefined,
  });
  const patient = withId.parse(await side.send({ method: 'POST', path: 'Patient', body: { resourceType: 'Patient' } }));
  const crowd = {
    port,
    bearer,
    document: `fhir/R4/Binary/${await upload(bearer)}`,
    trickling: options.trickling,
    readers: options.readers,
    arrival: ARRIVAL,
  };
  const read = (): Promise<unknown> => side.send({ method: 'GET', path: `Patient/${patient.id}` });
  const calm: number[] = [];
  const attacked: number[] = [];
  let longest = 0;
  for (let round = 1; round <= rounds; round++) {
    calm.push((await measureBeside(read, { ...crowd, isSlow: false })).p95);
    const slow = await measureBeside(read, { ...crowd, isSlow: true });
    attacked.push(slow.p95);
    longest = Math.max(longest, slow.longest);
    const [before, during] = [calm, attacked].map((all) => all.at(-1)?.toFixed(1));
    process.stdout.write(`round ${round}: p95 ${before} ms without, ${during} ms with slow clients\n`);
  }
  report(middle(calm), middle(attacked), longest / 1000);
  side.close();
} finally {
  await server.stop();
  removeData(dataDir);
}

async function upload(bearer: string): Promise<string> {
  const data = Buffer.alloc(DOCUMENT_BYTES, 'x').toString('base64');
  const document = { resourceType: 'Binary', contentType: 'text/plain', data };
  return withId.parse(await send(server.base, bearer, 'POST', 'fhir/R4/Binary', document)).id;
}

/** Reads at a steady pace while the others come; gives the 95th percentile and the longest life of a connection, in ms. */
async function measureBeside(read: () => Promise<unknown>, crowd: Crowd): Promise<{ p95: number; longest: number }> {
  const times: number[] = [];
  const reads: Promise<void>[] = [];
  const child = fork(clients, { serialization: 'advanced' });
  const longest = new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message))));
  child.send(crowd);
  for (const end = Date.now() + ARRIVAL; Date.now() < end; await sleep(1000 / READS_PER_SECOND)) {
    const started = performance.now();
    const done = (): void => void times.push(performance.now() - started);
    reads.push(
      read().then(done, () => {
        failed += 1;
        done();
      }),
    );
  }
  await Promise.all(reads);
  times.sort((a, b) => a - b);
  return { p95: times[Math.floor(times.length * 0.95)] ?? 0, longest: await longest };
}

function report(calm: number, attacked: number, longest: number): void {
  const ratio = attacked / calm;
  process.stdout.write(
    `${options.trickling} trickling and ${options.readers} stopped clients: p95 of the others × ${ratio.toFixed(2)} ` +
      `(${calm.toFixed(1)} → ${attacked.toFixed(1)} ms), ${failed} of them not answered, ` +
      `the last was closed after ${longest.toFixed(1)} s\n`,
  );
  process.exitCode = ratio <= ALLOWED && longest <= LIMIT_SECONDS && failed === 0 ? 0 : 1;
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
