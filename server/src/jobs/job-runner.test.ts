import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccessGrant } from '../access/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import type { RequestContext } from '../fhir/index.ts';
import { FhirError } from '../fhir/index.ts';
import type { JobHandler, RunningJob } from '../repository/index.ts';
import { createJobQueue } from './job-queue.ts';
import { createJobRunner } from './job-runner.ts';
import { filesOf, inflated, type JobStatus, pollJob, readFile } from './job-store.ts';

// https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const context = (author: string): RequestContext => ({
  requestId: 'r',
  tenant: 7,
  projectId: 'p',
  author,
  depth: 0,
});
const grant: AccessGrant = { tenant: 7, ruleSets: [], system: true, extendedMode: true };
const rightsOf = async (): Promise<AccessGrant> => grant;
const failures: unknown[] = [];
const log = (_code: string, error: unknown): void => void failures.push(error);

async function enqueue(kind: string, author: string): Promise<string | undefined> {
  const queue = createJobQueue({ database: db.database, fhirUrl: '/', resourceTypes: [], wake: () => undefined });
  const url = await queue.enqueue({ kind, context: context(author), grant, url: 'u', request: { pages: 4 } });
  return url?.split('/').at(-1);
}

async function ended(author: string, id: string): Promise<JobStatus> {
  for (;;) {
    const job = await pollJob(db.database, context(author), id);
    if (job && (job.state === 'completed' || job.state === 'failed')) {
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Saves pages 1 to 4 from where the work stands; `before` is called ahead of each. */
function pages(kind: string, before: (page: number, job: RunningJob) => Promise<void>): JobHandler {
  return {
    kind,
    async run(job) {
      const { done = 0 } = job.progress as { done?: number };
      for (let page = done + 1; page <= 4; page++) {
        await before(page, job);
        const chunks = [{ file: 1, role: 'output', type: 'Patient', lines: 1, text: `page ${page}\n` }] as const;
        await job.save({ progress: { done: page }, label: `${page}`, chunks });
      }
      return { transactionTime: 't' };
    },
  };
}

async function text(author: string, id: string): Promise<string> {
  const bytes = await readFile(db.database, context(author), id, 1);
  return bytes ? (await inflated(bytes)).toString() : '';
}

test('goes on where a dead process stood; what that one still saves is refused', async () => {
  const id = (await enqueue('crash', 'a')) as string;
  let wake = (): void => undefined;
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let reached = (): void => undefined;
  const atThird = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const dead = pages('crash', async (page) => {
    if (page === 3) {
      reached();
      await asleep;
    }
  });
  const first = createJobRunner({ database: db.database, handlers: [dead], rightsOf, log });
  first.start();
  await atThird;
  expect(await text('a', id)).toBe('');
  await db.database.query({ text: `UPDATE job SET heartbeat_at = now() - interval '1 minute'`, values: [] });
  const taken: number[] = [];
  const alive = pages('crash', async (page) => void taken.push(page));
  const second = createJobRunner({ database: db.database, handlers: [alive], rightsOf, log });
  second.start();
  const job = await ended('a', id);
  expect(job.state).toBe('completed');
  expect(taken).toEqual([3, 4]);
  wake();
  await Promise.all([first.stop(), second.stop()]);
  expect(await text('a', id)).toBe('page 1\npage 2\npage 3\npage 4\n');
  expect(await filesOf(db.database, 7, id)).toEqual([{ file: 1, role: 'output', type: 'Patient', lines: 4 }]);
  expect(failures).toEqual([]);
});

test('a process that stops gives its job back at once', async () => {
  const id = (await enqueue('stop', 'b')) as string;
  let stopped: Promise<void> | undefined;
  const first = createJobRunner({
    database: db.database,
    rightsOf,
    handlers: [
      pages('stop', async (page) => {
        if (page === 2) {
          stopped = first.stop();
        }
      }),
    ],
    log,
  });
  first.start();
  while (!stopped) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stopped;
  expect((await pollJob(db.database, context('b'), id))?.state).toBe('queued');
  const second = createJobRunner({
    database: db.database,
    handlers: [pages('stop', async () => undefined)],
    rightsOf,
    log,
  });
  second.start();
  expect((await ended('b', id)).state).toBe('completed');
  await second.stop();
  expect(await text('b', id)).toBe('page 1\npage 2\npage 3\npage 4\n');
});

test('a refusal ends the job; one owner has one job of a kind; nobody else sees it', async () => {
  const id = (await enqueue('refused', 'c')) as string;
  expect(await enqueue('refused', 'c')).toBeUndefined();
  expect(await enqueue('refused', 'd')).toBeDefined();
  expect(await pollJob(db.database, context('d'), id)).toBeUndefined();
  expect(await pollJob(db.database, { ...context('c'), tenant: 8 }, id)).toBeUndefined();
  const refuse: JobHandler = {
    kind: 'refused',
    async run() {
      throw new FhirError(400, [{ severity: 'error', code: 'invalid', key: 'no', text: 'No' }]);
    },
  };
  const runner = createJobRunner({ database: db.database, handlers: [refuse], rightsOf, log });
  runner.start();
  const job = await ended('c', id);
  expect(job.state).toBe('failed');
  expect(job.failure?.issue[0]?.details?.text).toBe('No');
  expect(await enqueue('refused', 'c')).toBeDefined();
  await runner.stop();
});

test('a job stops, and what it made is let go, once whoever asked has no access any more', async () => {
  const id = (await enqueue('leaver', 'd')) ?? '';
  const taken: number[] = [];
  const handler = pages('leaver', async (page) => void taken.push(page));
  const rights = async (): Promise<AccessGrant | undefined> => (taken.includes(2) ? undefined : grant);
  const runner = createJobRunner({ database: db.database, handlers: [handler], rightsOf: rights, log });
  runner.start();
  const job = await ended('d', id);
  expect(job.state).toBe('failed');
  expect(job.failure?.issue[0]?.details?.coding?.[0]?.code).toBe('job-rights-ended');
  expect(taken).toEqual([1, 2]);
  expect(await text('d', id)).toBe('');
  await runner.stop();
});
