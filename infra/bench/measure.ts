/** What one run of a workload came to. */
export interface Measured {
  readonly requests: number;
  readonly seconds: number;
  /** CPU of server and database, in ms; undefined where it cannot be seen. */
  readonly cpuMs: number | undefined;
  /** Of each request, in ms, in rising order. */
  readonly latencies: readonly number[];
}

/** A piece of work that tells when its requests begin and end. */
export type Step = (timed: <T>(request: () => Promise<T>) => Promise<T>) => Promise<void>;

/** Works through the steps with a constant number of workers and measures. `cpuMs` reads the CPU used so far. */
export async function measure(
  steps: readonly Step[],
  workers: number,
  cpuMs: () => number | undefined,
): Promise<Measured> {
  const latencies: number[] = [];
  const timed = async <T>(request: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await request();
    latencies.push(performance.now() - started);
    return result;
  };
  const queue = steps.values();
  const cpuBefore = cpuMs();
  const started = performance.now();
  const worker = async (): Promise<void> => {
    for (const step of queue) {
      await step(timed);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const seconds = (performance.now() - started) / 1000;
  const cpuAfter = cpuMs();
  return {
    requests: latencies.length,
    seconds,
    cpuMs: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
    latencies: latencies.sort((a, b) => a - b),
  };
}

/** The value below which this share of the sorted values lies; 0 when there are none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The middle of the values; 0 when there are none. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
