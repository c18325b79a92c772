import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { serverUnderTest } from './kill/server-under-test.ts';

/**
 * `node infra/checks/slow-clients.ts`: a server of its own answers reads while 2,000 clients trickle headers and bodies and
 * 200 stop reading a large answer. The 95th percentile of the others may not rise by more than a fifth, and every slow
 * connection must be closed within 30 s.
 * @see security.md S67
 */
const { values } = parseArgs({
  options: {
    trickling: { type: 'string', default: '2000' },
    readers: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '25' },
  },
});
const trickling = Number(values.trickling);
const readers = Number(values.readers);
const rounds = Number(values.rounds);
const LIMIT_SECONDS = 30;
const ALLOWED = 1.2;
/** Reads of the others in a second: enough to see them wait, and far from all that the machine can do. */
const READS_PER_SECOND = 100;

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-slow-'));
const port = await freePort();
const server = serverUnderTest(dataDir, port, randomUUID());
try {
  await server.start();
  const bearer = await clientToken(server.base, await makeProject(server.base, dataDir));
  const path = await prepare(bearer);
  const calm: number[] = [];
  const attacked: number[] = [];
  let lastClosed = 0;
  await readSteadily(bearer, path, 5);
  for (let round = 1; round <= rounds; round++) {
    calm.push(await readSteadily(bearer, path, Number(values.seconds)));
    const slow = attack(bearer);
    attacked.push(await readSteadily(bearer, path, Number(values.seconds)));
    lastClosed = Math.max(lastClosed, await slow);
    process.stdout.write(
      `round ${round}: p95 ${calm.at(-1)?.toFixed(1)} ms calm, ${attacked.at(-1)?.toFixed(1)} ms attacked\n`,
    );
  }
  const ratio = middle(attacked) / middle(calm);
  process.stdout.write(
    `${trickling} trickling and ${readers} stopped clients: p95 of the others × ${ratio.toFixed(2)} ` +
      `(${middle(calm).toFixed(1)} → ${middle(attacked).toFixed(1)} ms), all closed within ${lastClosed.toFixed(1)} s\n`,
  );
  process.exitCode = ratio <= ALLOWED && lastClosed <= LIMIT_SECONDS ? 0 : 1;
} finally {
  await server.stop();
  removeData(dataDir);
}

/** Writes what is read: one resource, and a thousand that make a large page. */
async function prepare(bearer: string): Promise<string> {
  const note = 'x'.repeat(3000);
  const entry = Array.from({ length: 1000 }, () => ({
    resource: { resourceType: 'Observation', status: 'final', code: { text: 'Slow test' }, note: [{ text: note }] },
    request: { method: 'POST', url: 'Observation' },
  }));
  await send(server.base, bearer, 'POST', 'fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry });
  const patient = await send(server.base, bearer, 'POST', 'fhir/R4/Patient', { resourceType: 'Patient' });
  return `fhir/R4/Patient/${(patient as { id: string }).id}`;
}

/** Reads at a steady pace for a while; gives the 95th percentile in ms. */
async function readSteadily(bearer: string, path: string, seconds: number): Promise<number> {
  const times: number[] = [];
  const reads: Promise<void>[] = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(1000 / READS_PER_SECOND)) {
    const started = performance.now();
    reads.push(send(server.base, bearer, 'GET', path).then(() => void times.push(performance.now() - started)));
  }
  await Promise.all(reads);
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)] ?? 0;
}

/** Opens all slow connections; gives the seconds after which the last of them was closed. */
async function attack(bearer: string): Promise<number> {
  const started = Date.now();
  const slow = [
    ...Array.from({ length: trickling }, (_, i) => trickle(heads(bearer)[i % 3] as string)),
    ...Array.from({ length: readers }, () => stopReading(bearer)),
  ];
  const closings = slow.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
  const giveUp = sleep(2 * LIMIT_SECONDS * 1000, undefined, { ref: false });
  await Promise.race([Promise.all(closings), giveUp]);
  for (const socket of slow) {
    socket.destroy();
  }
  return (Date.now() - started) / 1000;
}

/** What trickles: a head that does not end, a form that nobody signed, the body of somebody who has signed in. */
function heads(bearer: string): readonly string[] {
  const body = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n';
  return [
    'GET /fhir/R4/Patient HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    `POST /auth/login HTTP/1.1\r\n${body}\r\n`,
    `POST /fhir/R4/Patient HTTP/1.1\r\nAuthorization: Bearer ${bearer}\r\n${body}\r\n`,
  ];
}

function trickle(head: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), 1000);
  socket.once('close', () => clearInterval(timer));
  return socket;
}

/** Asks for a large page and reads nothing of it until the server has given up: then the rest comes at once, and the end. */
function stopReading(bearer: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET /fhir/R4/Observation?_count=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\n\r\n`);
  socket.pause();
  const resume = setTimeout(() => socket.resume(), (LIMIT_SECONDS - 2) * 1000);
  socket.once('close', () => clearTimeout(resume));
  return socket;
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
