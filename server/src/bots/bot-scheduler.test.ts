import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { TestStore } from '../outbox/testing.ts';
import type { BotHost } from './bot-host.ts';
import { BotScheduler } from './bot-scheduler.ts';
import type { BotTask } from './bot-task.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('runs each due bot once per minute, however many processes there are', async () => {
  await db.database.query({
    text: `INSERT INTO tenant (tenant, project_id, name) VALUES (50, 'p50', 'T')`,
    values: [],
  });
  const store = new TestStore(db.database, 50);
  await store.put({ resourceType: 'Bot', id: 'hourly', cronString: '0 * * * *' });
  await store.put({ resourceType: 'Bot', id: 'daily', cronTiming: { repeat: { timeOfDay: ['06:30:00'] } } });
  await store.put({ resourceType: 'Bot', id: 'broken', cronString: 'sometimes' });
  await store.put({ resourceType: 'Bot', id: 'never' });
  const tasks: BotTask[] = [];
  const host = { run: async (task: BotTask) => void tasks.push(task) } as unknown as BotHost;
  const options = { database: db.database, host, log: () => undefined, clock: () => new Date() };
  const processes = [new BotScheduler(options), new BotScheduler(options)];
  const tick = (at: string) => Promise.all(processes.map((scheduler) => scheduler.tick(new Date(at))));
  await tick('2026-11-24T07:00:20Z');
  await tick('2026-11-24T07:00:50Z');
  await tick('2026-11-24T06:30:00Z');
  await tick('2026-11-24T07:01:00Z');
  expect(tasks.map((task) => `${task.tenant} ${task.bot} ${task.idempotencyKey}`)).toEqual([
    '50 hourly 2026-11-24T07:00:00.000Z.hourly',
    '50 daily 2026-11-24T06:30:00.000Z.daily',
  ]);
});
