/**
 * Floods a server from one clinic with ten times what it may ask, and measures how long another one waits beside it: in turns
 * without and with the flood, so that whatever else the machine does falls on both. For the reader to judge: a busy machine
 * changes these figures.
 *
 *     node infra/checks/quiet-neighbour.ts --rounds 4 --seconds 15
 *
 * @see security.md S54
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCommandLine } from '../scripts/command-line.ts';
import { clientToken, makeProject, send } from './kill/fhir-client.ts';
import { freePort, removeData } from './kill/own-server.ts';
import { serverUnderTest } from './kill/server-under-test.ts';

const { options } = readCommandLine({
  call: 'node infra/checks/quiet-neighbour.ts',
  about: 'Measures how long one clinic waits while another asks ten times what it may.',
  options: { rounds: 4, seconds: 15 },
});
const { rounds, seconds } = options;

/** Requests that a clinic may send in a minute; the flood sends ten times as many. */
const QUOTA = 1200;
const FLOOD_MS = 60_000 / (10 * QUOTA);
const QUIET_MS = 100;
const PATH = 'fhir/R4/Patient?_count=20&_sort=-_lastUpdated';

const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-quiet-'));
const environment = { RATE_LIMIT_TENANT: String(QUOTA) };
const server = serverUnderTest(dataDir, await freePort(), randomUUID(), { environment });
try {
  await server.start();
  const [loud, quiet] = [await bearerOf(), await bearerOf()];
  const waits = { alone: [] as number[], beside: [] as number[] };
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    waits.alone.push(...(await quietly(quiet)));
    const flood = floodFor(loud);
    waits.beside.push(...(await quietly(quiet)));
    refused += await flood;
  }
  const [alone, beside] = [p95(waits.alone), p95(waits.beside)];
  console.log(`p95 alone ${alone.toFixed(1)} ms, beside the flood ${beside.toFixed(1)} ms`);
  console.log(`${Math.round((100 * (beside - alone)) / alone)} % more; ${refused} requests of the flood were refused`);
} finally {
  await server.stop();
  removeData(dataDir);
}

/** A clinic of its own with some patients. */
async function bearerOf(): Promise<string> {
  const bearer = await clientToken(server.base, await makeProject(server.base, dataDir));
  const resource = { resourceType: 'Patient', name: [{ family: 'Quiet' }] };
  const entry = Array.from({ length: 50 }, () => ({ resource, request: { method: 'POST', url: 'Patient' } }));
  await send(server.base, bearer, 'POST', 'fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry });
  return bearer;
}

async function ask(bearer: string): Promise<number> {
  const response = await fetch(`${server.base}/${PATH}`, { headers: { authorization: `Bearer ${bearer}` } });
  await response.arrayBuffer();
  return response.status;
}

/** One request after another, with a pause; how long each took, in ms. */
async function quietly(bearer: string): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const taken: number[] = [];
  while (performance.now() < until) {
    const started = performance.now();
    const status = await ask(bearer);
    if (status !== 200) {
      throw new Error(`The quiet clinic was answered with ${status}`);
    }
    taken.push(performance.now() - started);
    await sleep(QUIET_MS);
  }
  return taken;
}

/** Requests at ten times the quota; how many were refused. */
async function floodFor(bearer: string): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const sent: Promise<number>[] = [];
  for (let due = performance.now(); due < until; due += FLOOD_MS) {
    await sleep(Math.max(0, due - performance.now()));
    sent.push(ask(bearer));
  }
  return (await Promise.all(sent)).filter((status) => status === 429).length;
}

function p95(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0;
}
