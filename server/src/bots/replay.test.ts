// N5: a recorded run, made again from its recording alone, does exactly the same; another code shows where it differs
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotPool, type PooledRun } from './bot-pool.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

let pool: BotPool;
let server: Server;
let baseUrl: string;
let calls = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    calls++;
    const delay = new URL(request.url ?? '', 'http://x').searchParams.get('delay');
    await new Promise((resolve) => setTimeout(resolve, Number(delay ?? 0)));
    response.writeHead(200, { 'content-type': 'application/fhir+json' });
    response.end(JSON.stringify({ resourceType: 'Basic', id: `n${calls}`, at: Date.now(), by: Math.random() }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  pool = new BotPool({ size: 2, limits: { maxRecordedBytes: 200_000 } });
  pool.start();
});
afterAll(async () => {
  pool.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

let count = 0;
function run(code: string, overrides: Partial<PooledRun> = {}): Promise<RunOutcome> {
  return pool.run({
    run: `run-${count++}`,
    lane: `lane-${count % 2}`,
    codeHash: code,
    code,
    moduleKind: 'cjs',
    event: JSON.stringify({ input: { n: count }, secrets: {} }),
    baseUrl,
    accessToken: `token-${count}`,
    timeLimitMs: 4000,
    egress: [],
    inside: [],
    ...overrides,
  });
}

const BODY = `const wait = (ms) => new Promise((done) => setTimeout(done, ms));`;
const bots: [string, string][] = [
  [
    'clock and randomness',
    `return [Date.now(), new Date().toISOString(), Math.random(), crypto.randomUUID(), Date()];`,
  ],
  ['answers', `const a = await m.get('a'); return [a, await m.post('b', { saw: a.by, when: new Date() })];`],
  [
    'answers that come out of order',
    `const order = []; await Promise.all([30, 1, 15].map(async (d) => { const r = await m.get('x?delay=' + d); order.push(d, r.by); }));
     return [order, Date.now()];`,
  ],
  [
    'timers',
    `const out = []; await Promise.all([8, 2].map(async (t) => { await wait(t); out.push(t, Date.now()); })); return out;`,
  ],
  ['a failure', `const a = await m.get('a'); throw new Error('no luck at ' + Date.now() + ' ' + a.id);`],
];
const code = (body: string): string => `${BODY} exports.handler = async (m, e) => { ${body} };`;

async function replayed(source: string, recorded: RunOutcome, event: string): Promise<RunOutcome> {
  return run(source, { event, replay: recorded.recording });
}

describe('replay', () => {
  test.each(bots)(
    '%s: 20 runs are equal when they are made again, and nothing is called',
    async (_, body) => {
      for (let i = 0; i < 20; i++) {
        const event = JSON.stringify({ input: { i }, secrets: {} });
        const recorded = await run(code(body), { event });
        const before = calls;
        await new Promise((resolve) => setTimeout(resolve, 2));
        const again = await replayed(code(body), recorded, event);
        expect(calls).toBe(before);
        expect(again.differences).toEqual([]);
        expect([again.state, again.output, again.error]).toEqual([recorded.state, recorded.output, recorded.error]);
      }
    },
    60_000,
  );

  test('another code: says which call and which elements differ, without their values', async () => {
    const event = JSON.stringify({ input: {}, secrets: {} });
    const recorded = await run(code(`return (await m.post('b', { status: 'secret-one', n: 1 })).by;`), { event });
    const again = await replayed(
      code(`return (await m.post('b', { status: 'secret-two', n: 1 })).by;`),
      recorded,
      event,
    );
    expect(again.differences).toEqual([expect.stringMatching(/^POST http.*\/b: \$\.status$/)]);
    expect(again.output).toBe(recorded.output);
    const less = await replayed(code('return 1;'), recorded, event);
    expect(less.differences).toEqual([expect.stringMatching(/^not called: POST .*\/b$/)]);
  });

  test('a recording holds no token, and one that grows too large is not kept', async () => {
    const small = await run(code(`return (await m.get('a')).id;`));
    const { unpackCassette } = await import('./sandbox/cassette.ts');
    expect(JSON.stringify(unpackCassette(small.recording ?? ''))).not.toContain('token-');
    const large = await run(
      code(`for (let i = 0; i < 5; i++) await m.post('b', { text: 'x'.repeat(100000) }); return 1;`),
    );
    expect(large).toMatchObject({ state: 'succeeded', output: '1' });
    expect(large.recording).toBeUndefined();
  });
});
