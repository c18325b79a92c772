import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';

/** A worker that ends sooner than this after its start is not started again at once, in ms. */
const TOO_SOON = 5000;

/** The server processes behind one port. */
export interface Workers {
  /** Resolves when the first worker serves; the others follow. @throws Error when it ends before. */
  start(): Promise<void>;
  /** Asks all to stop in order, and waits until the last is gone. */
  stop(signal: 'SIGINT' | 'SIGTERM'): Promise<void>;
}

/** What a worker tells its primary once it serves. */
const SERVING = 'serving';

/** Called by a worker that serves. */
export function tellServing(): void {
  process.send?.(SERVING);
}

/**
 * Runs `count` server processes on one port. The first does what start-up has to do once (migrations, definitions);
 * one that dies is replaced, and nothing is lost with it: queues are in the database.
 */
export function createWorkers(count: number, environment: Readonly<Record<string, string>>): Workers {
  let stopping = false;
  const fork = (): Worker => {
    const started = Date.now();
    const worker = cluster.fork(environment);
    worker.once('exit', () => {
      if (!stopping) {
        void sleep(Date.now() - started < TOO_SOON ? TOO_SOON : 0).then(() => stopping || fork());
      }
    });
    return worker;
  };
  return {
    async start() {
      await served(fork());
      for (let n = 1; n < count; n++) {
        fork();
      }
    },
    async stop(signal) {
      stopping = true;
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      await Promise.all(workers.map((worker) => ended(worker, signal)));
    },
  };
}

function served(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message) => {
      if (message === SERVING) {
        resolve();
      }
    });
    worker.once('exit', (code) => reject(new Error(`The first server process ended with code ${code}: see above.`)));
  });
}

function ended(worker: Worker, signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    if (worker.isDead()) {
      resolve();
    } else {
      worker.process.kill(signal);
    }
  });
}
