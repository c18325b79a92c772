import { type Measured, median, percentile } from './measure.ts';
import { publishedMedian } from './published.ts';

/** The product as it is. */
export const AUDIT_ON = 'MindBridge';
/** The product with its audit entries dropped before they reach the database. */
export const AUDIT_OFF = 'without audit';
/** The same statements with nothing in front of the database. */
export const FLOOR = 'floor';

/** What each side came to: one measurement per round, by side and workload. */
export type Rounds = ReadonlyMap<string, ReadonlyMap<string, readonly Measured[]>>;

/** What the table is about. */
export interface Setting {
  readonly date: string;
  readonly machine: string;
  readonly patients: number;
  readonly resources: number;
  readonly workers: number;
  readonly rounds: number;
}

interface Cell {
  readonly rate: number;
  readonly cpuMs: number | undefined;
  readonly p50: number;
  readonly p99: number;
}

/** The medians of the rounds; CPU is of one request, rates are requests (import: resources) in a second. */
export function summarize(runs: readonly Measured[], unitsOf: (run: Measured) => number): Cell {
  const cpu = runs.map((run) => (run.cpuMs === undefined ? undefined : run.cpuMs / unitsOf(run)));
  return {
    rate: median(runs.map((run) => unitsOf(run) / run.seconds)),
    cpuMs: cpu.includes(undefined) ? undefined : median(cpu as number[]),
    p50: median(runs.map((run) => percentile(run.latencies, 0.5))),
    p99: median(runs.map((run) => percentile(run.latencies, 0.99))),
  };
}

/** The results as Markdown. `unitsOf` counts what a run of a workload did: its requests, or the resources it imported. */
export function resultsText(
  setting: Setting,
  rounds: Rounds,
  unitsOf: (workload: string, requests: number) => number,
): string {
  const sides = [...rounds.keys()];
  const workloads = [...(rounds.get(sides[0] ?? '')?.keys() ?? [])];
  const cell = (side: string, workload: string): Cell =>
    summarize(rounds.get(side)?.get(workload) ?? [], (run) => unitsOf(workload, run.requests));
  const rows = workloads.flatMap((workload) => sides.map((side) => row(workload, side, cell(side, workload))));
  return [
    '# Results',
    '',
    `Written by \`npm run bench\` on ${setting.date}, ${setting.machine}: ${setting.patients} patients, ` +
      `${setting.resources} resources, ${setting.workers} requests at once, medians of ${setting.rounds} interleaved ` +
      'rounds; client, server and database on the same machine. README.md says what the columns and sides are.',
    '',
    '| workload | side | per second | CPU ms each | p50 ms | p99 ms |',
    '| --- | --- | --: | --: | --: | --: |',
    ...rows,
    '',
    '## What audit costs',
    '',
    ...auditRows(workloads, cell),
    '',
    '## Beside what was published of Medplum',
    '',
    'The p99 of this run at its number of requests at once, beside the median that was published of Medplum at eight. ' +
      'That was measured elsewhere, not in this run: `published.ts` says where.',
    '',
    ...publishedRows(workloads, cell),
    '',
  ].join('\n');
}

function row(workload: string, side: string, { rate, cpuMs, p50, p99 }: Cell): string {
  const numbers = [rate.toFixed(0), cpuMs === undefined ? '–' : cpuMs.toFixed(2), p50.toFixed(1), p99.toFixed(1)];
  return `| ${workload} | ${side} | ${numbers.join(' | ')} |`;
}

function publishedRows(workloads: readonly string[], cell: (side: string, workload: string) => Cell): string[] {
  const lines = workloads.flatMap((workload) => {
    const published = publishedMedian(workload);
    const { p99 } = cell(AUDIT_ON, workload);
    return published === undefined
      ? []
      : [`| ${workload} | ${p99.toFixed(1)} | ${published} | ${p99 < published ? 'yes' : 'no'} |`];
  });
  return ['| workload | our p99 ms | Medplum, median ms, published | below |', '| --- | --: | --: | --- |', ...lines];
}

function auditRows(workloads: readonly string[], cell: (side: string, workload: string) => Cell): string[] {
  const share = (on: number | undefined, off: number | undefined): string =>
    on === undefined || off === undefined || off === 0 ? '–' : `${(100 * (on / off - 1)).toFixed(1)} %`;
  const kinds = ['import', 'CRUD', 'search'];
  const lines = kinds.map((kind) => {
    const of = workloads.filter((workload) => workload.startsWith(kind));
    const mean = (side: string, pick: (one: Cell) => number | undefined): number | undefined => {
      const values = of.map((workload) => pick(cell(side, workload)));
      return values.includes(undefined) ? undefined : (values as number[]).reduce((a, b) => a + b, 0) / of.length;
    };
    const cpu = share(
      mean(AUDIT_ON, (one) => one.cpuMs),
      mean(AUDIT_OFF, (one) => one.cpuMs),
    );
    const time = share(
      mean(AUDIT_ON, (one) => one.p50),
      mean(AUDIT_OFF, (one) => one.p50),
    );
    return `| ${kind} | ${cpu} | ${time} |`;
  });
  return ['| workload | more CPU | more time (p50) |', '| --- | --: | --: |', ...lines];
}
