import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '../scripts/command-line.ts';
import type { Transaction } from './charts.ts';
import { openFloor } from './floor.ts';
import { bearerOf, type HttpSide, httpSide } from './http-side.ts';
import { startMeasuredServer, temporaryFolder } from './measured-server.ts';
import { AUDIT_OFF, AUDIT_ON, resultsText } from './results.ts';
import { type Data, ownData, type Plan, runRounds } from './rounds.ts';

/**
 * `npm run bench`: measures import, CRUD and search on servers of its own, against the floor of the same statements with
 * nothing in front of the database, and against a peer where one is named. Writes the table to RESULTS.md.
 */
const { options } = readCommandLine({
  call: 'npm run bench --',
  about:
    'Measures import, CRUD and search on servers of its own, and on a peer where one is named; writes the table to the file.',
  options: {
    patients: 160,
    rounds: 3,
    workers: 8,
    searches: 150,
    crud: 40,
    seed: 42,
    generator: undefined,
    peer: undefined,
    'peer-name': 'peer',
    'client-id': '',
    'client-secret': '',
    'token-url': undefined,
    out: fileURLToPath(new URL('RESULTS.md', import.meta.url)),
  },
});
const { rounds, workers, searches, crud } = options;
const plan: Plan = { rounds, workers, searches, crud };

const data = loadData();
const floor = await openFloor(temporaryFolder());
const [product, unaudited, recorder] = await Promise.all([
  startMeasuredServer(AUDIT_ON),
  startMeasuredServer(AUDIT_OFF, ['without-audit']),
  startMeasuredServer('recorder', ['record-statements']),
]);
try {
  const http = [product, unaudited, ...(options.peer === undefined ? [] : [peer(options.peer)])];
  const results = await runRounds(plan, data, { http, floor, recorder });
  writeFileSync(options.out, resultsText(setting(), results, perImport));
  process.stdout.write(readFileSync(options.out, 'utf8'));
} finally {
  await Promise.all([floor.close(), product.stop(), unaudited.stop(), recorder.stop()]);
}

/** Charts of our own, or those that a generator named on the command line writes (`--patients --seed --out`). */
function loadData(): Data {
  const { generator, patients, seed } = options;
  if (generator === undefined) {
    return ownData(patients, seed);
  }
  const folder = temporaryFolder();
  const generated = spawnSync(process.execPath, [
    generator,
    '--patients',
    `${patients}`,
    '--seed',
    `${seed}`,
    '--out',
    folder,
  ]);
  if (generated.status !== 0) {
    throw new Error(`The generator ${generator} failed: ${generated.stderr.toString()}`);
  }
  const read = (name: string): Transaction => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Transaction;
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'manifest.json');
  const isChart = (name: string): boolean => name.startsWith('patient');
  const bundles = {
    shared: names.filter((name) => !isChart(name)).map(read),
    charts: names.filter(isChart).sort().map(read),
  };
  rmSync(folder, { recursive: true, force: true });
  return bundles;
}

/** Another server, with the credentials of the command line. */
function peer(fhirBase: string): HttpSide {
  const tokenUrl = options['token-url'] ?? new URL('/oauth2/token', fhirBase).href;
  const bearer = bearerOf(tokenUrl, options['client-id'], options['client-secret']);
  return httpSide(options['peer-name'], { fhirBase: fhirBase.replace(/\/$/, ''), bearer, cpuMs: () => undefined });
}

function setting() {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${model}), ${memory} GiB, Node ${process.version}`,
    patients: data.charts.length,
    resources: [...data.shared, ...data.charts].reduce((sum, { entry }) => sum + entry.length, 0),
    workers: plan.workers,
    rounds: plan.rounds,
  };
}

/** Imports are counted by resource: each Bundle by the average number of its entries. */
function perImport(workload: string, requests: number): number {
  const entries = data.charts.reduce((sum, { entry }) => sum + entry.length, 0);
  return workload === 'import' ? (requests * entries) / data.charts.length : requests;
}
