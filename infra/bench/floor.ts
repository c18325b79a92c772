import { type Database, openDatabase, type Queryable, startEmbeddedPostgres } from '../../server/src/database/index.ts';
import { removeData } from '../checks/kill/own-server.ts';
import { cpuTime } from './cpu-time.ts';
import type { Step } from './measure.ts';
import { processesBelow } from './measured-server.ts';
import type { RecordedStatement } from './preload/record-statements.ts';
import type { Send, Task } from './workloads.ts';

/** The statements of a task: those of each of its requests, in order. */
export type RecordedTask = readonly (readonly RecordedStatement[])[];

/** Runs the tasks one after the other against a recording server and notes which statements each request came to. */
export async function recordTasks(
  tasks: readonly Task[],
  send: Send,
  take: () => Promise<readonly RecordedStatement[]>,
): Promise<RecordedTask[]> {
  const recorded: RecordedTask[] = [];
  await take();
  for (const task of tasks) {
    const requests: (readonly RecordedStatement[])[] = [];
    await task(async (request) => {
      const answer = await send(request);
      requests.push(await take());
      return answer;
    });
    recorded.push(requests);
  }
  return recorded;
}

/** A database with nothing in front of it. */
export interface Floor {
  stepsOf(recorded: readonly RecordedTask[]): Step[];
  /** CPU used so far by the database and by this process, in ms. */
  cpuMs(): number;
  close(): Promise<void>;
}

/** Opens an empty database of its own, with the schema of the server. */
export async function openFloor(dataDir: string): Promise<Floor> {
  const embedded = await startEmbeddedPostgres({ dataDir });
  const database = await openDatabase({ connection: embedded.connection });
  return {
    stepsOf: (recorded) => recorded.map((task) => stepOf(database, task)),
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return cpuTime(processesBelow(dataDir)) + (user + system) / 1000;
    },
    async close() {
      await database.close();
      await embedded.stop();
      removeData(dataDir);
    },
  };
}

function stepOf(database: Database, task: RecordedTask): Step {
  return async (timed) => {
    for (const statements of task) {
      await timed(() => replay(database, statements));
    }
  };
}

/** Runs what one request came to: by itself, or in a transaction where the server opened one. */
async function replay(database: Database, statements: readonly RecordedStatement[]): Promise<void> {
  const tenant = Number(statements[0]?.tenant ?? 0);
  const work = statements.filter(({ text }) => text !== 'BEGIN' && text !== 'COMMIT');
  const runAll = async (queryable: Queryable): Promise<void> => {
    for (const { name, text, values } of work) {
      await queryable.query({ text, values, ...(name !== undefined && { name }) });
    }
  };
  const scope = database.forTenant(tenant);
  await (work.length === statements.length ? runAll(scope) : scope.transaction(runAll));
}
