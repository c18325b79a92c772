import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { endUnheardSockets } from './end-unheard-sockets.ts';
import { purge } from './purge.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const now = new Date('2026-11-24T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

async function delivery(number: number, state: string, createdAt: Date): Promise<void> {
  await db.database.query({
    text: `INSERT INTO subscription_delivery (tenant, subscription, number, seq, channel, rid, type, id, version, interaction, depth,
        order_key, coalescing, state, created_at, next_attempt_at) VALUES (5, 's', $1, 1, 'rest-hook', 1, 'Patient', 'p', 1, 'create', 0,
        'Patient/p', false, $2, $3, $3)`,
    values: [number, state, createdAt],
  });
}

test('purges what is past its time, and never what still waits', async () => {
  await delivery(1, 'delivered', daysAgo(31));
  await delivery(2, 'delivered', daysAgo(29));
  await delivery(3, 'pending', daysAgo(400));
  await delivery(4, 'dead', daysAgo(31));
  await delivery(5, 'dead', daysAgo(181));
  await purge(db.database, now);
  const rows = await db.database.query<{ number: number }>({
    text: 'SELECT number FROM subscription_delivery ORDER BY 1',
    values: [],
  });
  expect(rows.map((row) => row.number)).toEqual([2, 3, 4]);
});

test('ends websocket subscriptions nobody listens to, once', async () => {
  const insert = 'INSERT INTO subscription_socket (tenant, subscription, seen_at) VALUES (5, $1, $2)';
  await db.database.query({ text: insert, values: ['old', new Date(now.getTime() - 31 * 60_000)] });
  await db.database.query({ text: insert, values: ['fresh', new Date(now.getTime() - 29 * 60_000)] });
  const ended: string[] = [];
  const end = async (tenant: number, id: string): Promise<void> => void ended.push(`${tenant} ${id}`);
  expect(await endUnheardSockets(db.database, end, now)).toBe(1);
  expect(await endUnheardSockets(db.database, end, now)).toBe(0);
  expect(ended).toEqual(['5 old']);
});
