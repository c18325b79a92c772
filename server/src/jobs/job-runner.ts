import { randomUUID } from 'node:crypto';
import { type AccessGrant, intersect } from '../access/index.ts';
import type { Database } from '../database/index.ts';
import { FhirError, outcomeOf, type RequestContext } from '../fhir/index.ts';
import type { JobHandler, JobResult, RunningJob } from '../repository/index.ts';
import { thawGrant } from './frozen-grant.ts';
import {
  type ClaimedJob,
  claimJob,
  finishJob,
  heartbeat,
  purgeJobs,
  readInput,
  releaseJob,
  saveStep,
} from './job-store.ts';

const IDLE_MS = 1000;
const HEARTBEAT_MS = 4000;
const PURGE_MS = 10 * 60_000;
const MAX_ATTEMPTS = 5;
/** Jobs that one process has under way at once. */
const LANES = 2;

/** What the runner works with. */
export interface JobRunnerOptions {
  readonly database: Database;
  readonly handlers: readonly JobHandler[];
  /** What whoever asked may do now; undefined once his membership or account has ended. */
  readonly rightsOf: (context: RequestContext) => Promise<AccessGrant | undefined>;
  readonly log: (code: string, error: unknown) => void;
}

/** Takes up jobs, two at a time in each process. */
export interface JobRunner {
  start(): void;
  /** There is something new to do. */
  wake(): void;
  /** Gives the job under way back, so that another process can go on with it at once. */
  stop(): Promise<void>;
}

/** The job is no longer this process's own, or the process stops. */
class JobLeft extends Error {
  override readonly name = 'JobLeft';
}

/** Makes the runner. */
export function createJobRunner({ database, handlers, rightsOf, log }: JobRunnerOptions): JobRunner {
  const worker = randomUUID();
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]));
  let stopping = false;
  let lanes: Promise<unknown> | undefined;
  const sleepers = new Set<() => void>();
  let lastPurge = Date.now();

  /** Rights at the kick-off that are rights still. @throws FhirError 403 when there are none left. */
  async function grantNow(claimed: ClaimedJob): Promise<AccessGrant> {
    const now = await rightsOf(claimed.context);
    if (!now) {
      const text = 'Whoever asked for this has no access any more';
      throw new FhirError(403, [{ severity: 'error', code: 'forbidden', key: 'job-rights-ended', text }]);
    }
    return intersect(thawGrant(claimed.grants), now);
  }

  async function running(claimed: ClaimedJob): Promise<RunningJob> {
    let grant = await grantNow(claimed);
    return {
      id: claimed.id,
      context: claimed.context,
      get grant() {
        return grant;
      },
      request: claimed.request,
      progress: claimed.progress,
      attempts: claimed.attempts,
      async save(step) {
        if (!(await saveStep(database, claimed, worker, step)) || stopping) {
          throw new JobLeft();
        }
        grant = await grantNow(claimed);
      },
      input: (after) => readInput(database, claimed, after),
    };
  }

  async function carryOut(claimed: ClaimedJob): Promise<JobResult> {
    const handler = byKind.get(claimed.kind);
    if (!handler || claimed.attempts > MAX_ATTEMPTS) {
      const text = handler ? `Given up after ${MAX_ATTEMPTS} attempts` : 'This server does not know this kind of job';
      throw new FhirError(500, [{ severity: 'error', code: 'exception', key: 'job-given-up', text }]);
    }
    const beat = setInterval(() => {
      heartbeat(database, claimed, worker).catch((error: unknown) => log('job-heartbeat-failed', error));
    }, HEARTBEAT_MS);
    try {
      return await handler.run(await running(claimed));
    } finally {
      clearInterval(beat);
    }
  }

  async function ended(claimed: ClaimedJob, error: unknown): Promise<void> {
    if (error instanceof JobLeft) {
      await releaseJob(database, claimed, worker, 0);
    } else if (error instanceof FhirError) {
      await finishJob(database, claimed, worker, { failure: error.outcome });
    } else {
      log('job-failed', error);
      if (claimed.attempts < MAX_ATTEMPTS) {
        await releaseJob(database, claimed, worker, claimed.attempts * 2);
        return;
      }
      const text = `The job failed; request ${claimed.context.requestId}`;
      const failure = outcomeOf([{ severity: 'fatal', code: 'exception', key: 'job-failed', text }]);
      await finishJob(database, claimed, worker, { failure });
    }
  }

  async function work(): Promise<boolean> {
    const claimed = await claimJob(database, worker);
    if (!claimed) {
      return false;
    }
    try {
      await finishJob(database, claimed, worker, { result: await carryOut(claimed) });
    } catch (error) {
      await ended(claimed, error);
    }
    return true;
  }

  async function idle(): Promise<void> {
    if (Date.now() - lastPurge > PURGE_MS) {
      lastPurge = Date.now();
      await purgeJobs(database);
    }
    await new Promise<void>((resolve) => {
      const wakeUp = (): void => {
        clearTimeout(timer);
        sleepers.delete(wakeUp);
        resolve();
      };
      const timer = setTimeout(wakeUp, stopping ? 0 : IDLE_MS);
      sleepers.add(wakeUp);
    });
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const busy = await work().catch((error: unknown) => {
        log('job-runner-failed', error);
        return false;
      });
      if (!busy) {
        await idle().catch((error: unknown) => log('job-purge-failed', error));
      }
    }
  }

  function wake(): void {
    for (const wakeUp of sleepers) {
      wakeUp();
    }
  }

  return {
    start() {
      lanes ??= Promise.all(Array.from({ length: LANES }, run));
    },
    wake,
    async stop() {
      stopping = true;
      wake();
      await lanes;
    },
  };
}
