import { readCommandLine } from '../scripts/command-line.ts';
import { chart, staff } from './charts.ts';
import { startMeasuredServer } from './measured-server.ts';

/**
 * `node infra/bench/growth.ts`: does a search cost what it finds, or what the database holds? Measures the first page of
 * `patient + code + _sort=-date` on a database, then again at ten times its size, with the same patients and the same
 * pages. Ends with 1 when the larger database takes more than one and a half times as long.
 */
const { options } = readCommandLine({
  call: 'node infra/bench/growth.ts',
  about:
    'Does a search cost what it finds, or what the database holds? Measures it at one size and at a multiple of it.',
  options: { patients: 40, times: 10, requests: 600, rounds: 5, seed: 42, most: 1.5 },
});
const { patients, times, requests, rounds, seed, most } = options;

const MEASURED = 'http://loinc.org|8867-4';
const WORKERS = 2;

interface Cost {
  /** Median time of a request, in ms. */
  readonly ms: number;
  /** CPU of server and database for each request, in ms. */
  readonly cpuMs: number;
}

const server = await startMeasuredServer('growth');
try {
  await server.send({ method: 'POST', path: '', body: staff() });
  await load(0, patients);
  const subjects = await idsOf('Patient?_elements=id&_count=1000');
  const small = await costOf(subjects);
  await load(patients, patients * times);
  const large = await costOf(subjects);
  const ratio = large.ms / small.ms;
  process.stdout.write(
    `${patients} patients: ${shown(small)}\n${patients * times} patients: ${shown(large)}\n` +
      `${times} times the data takes ${ratio.toFixed(2)} times as long (CPU ${(large.cpuMs / small.cpuMs).toFixed(2)}), at most ${most}\n`,
  );
  process.exitCode = ratio <= most ? 0 : 1;
} finally {
  await server.stop();
}

function shown({ ms, cpuMs }: Cost): string {
  return `median ${ms.toFixed(2)} ms, CPU ${cpuMs.toFixed(2)} ms a request`;
}

async function load(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    await server.send({ method: 'POST', path: '', body: chart(number, seed) });
  }
}

async function idsOf(path: string): Promise<string[]> {
  const bundle = (await server.send({ method: 'GET', path })) as { entry?: { resource: { id: string } }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource.id);
}

/** The least of several rounds after one to warm up, because other work on the machine only ever adds. */
async function costOf(subjects: readonly string[]): Promise<Cost> {
  const costs: Cost[] = [];
  await roundOf(subjects);
  for (let round = 0; round < rounds; round++) {
    costs.push(await roundOf(subjects));
  }
  return { ms: Math.min(...costs.map(({ ms }) => ms)), cpuMs: Math.min(...costs.map(({ cpuMs }) => cpuMs)) };
}

async function roundOf(subjects: readonly string[]): Promise<Cost> {
  const latencies: number[] = [];
  const before = server.cpuMs() ?? 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests) {
      const subject = subjects[next++ % subjects.length];
      const started = performance.now();
      await firstPage(subject as string);
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const sorted = latencies.sort((a, b) => a - b);
  return { ms: sorted[sorted.length >> 1] as number, cpuMs: ((server.cpuMs() ?? 0) - before) / requests };
}

/** @throws Error when the page is empty: nothing would be measured. */
async function firstPage(subject: string): Promise<void> {
  const path = `Observation?patient=Patient/${subject}&code=${encodeURIComponent(MEASURED)}&_sort=-date&_count=10`;
  const bundle = (await server.send({ method: 'GET', path })) as { entry?: readonly unknown[] };
  if (!bundle.entry?.length) {
    throw new Error('A patient without measurements: the page is empty');
  }
}
