import type { Database } from '../database/index.ts';
import { type EndSubscription, endUnheardSockets } from './end-unheard-sockets.ts';
import { purge } from './purge.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface JobsOptions {
  readonly database: Database;
  readonly endSubscription: EndSubscription;
  /** What other rooms want thrown away each hour. */
  readonly purge?: readonly (() => Promise<unknown>)[];
  /** Looks every ten minutes at what went on, and asks about what is out of the ordinary. */
  readonly watch?: () => Promise<unknown>;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
}

/** Housekeeping that goes on while the server runs. */
export interface Jobs {
  start(): void;
  /** Ends after the job under way. */
  stop(): Promise<void>;
}

/** Makes the jobs: websocket Subscriptions nobody listens to (each minute), records past their time (each hour). */
export function createJobs({ database, endSubscription, purge: others = [], watch, log, clock }: JobsOptions): Jobs {
  const underWay = new Set<Promise<unknown>>();
  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, code: string, work: () => Promise<unknown>): void => {
    const timer = setInterval(() => {
      const run: Promise<unknown> = work()
        .catch((error: unknown) => log(code, error))
        .finally(() => underWay.delete(run));
      underWay.add(run);
    }, ms);
    timers.push(timer.unref());
  };
  return {
    start() {
      every(MINUTE_MS, 'job-sockets-failed', () => endUnheardSockets(database, endSubscription, clock()));
      if (watch) {
        every(10 * MINUTE_MS, 'job-watch-failed', watch);
      }
      every(HOUR_MS, 'job-purge-failed', () => purge(database, clock()));
      for (const other of others) {
        every(HOUR_MS, 'job-purge-failed', other);
      }
    },
    async stop() {
      for (const timer of timers.splice(0)) {
        clearInterval(timer);
      }
      await Promise.all(underWay);
    },
  };
}
