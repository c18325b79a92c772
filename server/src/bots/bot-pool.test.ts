// S70: bot code in a process of its own, with limits
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotPool, type PooledRun } from './bot-pool.ts';

let pool: BotPool;
let server: Server;
let baseUrl: string;
const requests: { url: string; authorization: string | undefined; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      requests.push({ url: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/fhir+json' });
      response.end('{"resourceType":"Patient","id":"p1","name":[{"text":"Zoë 😀"}]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  pool = new BotPool({
    size: 2,
    limits: { memoryMb: 64, maxOutputBytes: 1000, maxLogBytes: 500, maxRecordedBytes: 1_000_000 },
    log: (_code, error) => console.error(error),
  });
  pool.start();
});
afterAll(async () => {
  pool.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

let count = 0;
function run(code: string, overrides: Partial<PooledRun> = {}) {
  const id = `run-${count++}`;
  return pool.run({
    run: id,
    lane: id,
    codeHash: id,
    code,
    moduleKind: 'cjs',
    event: JSON.stringify({ input: { a: 1 }, secrets: {} }),
    baseUrl,
    accessToken: 'a.b.c',
    timeLimitMs: 3000,
    egress: [],
    inside: [],
    ...overrides,
  });
}
const expression = (text: string) => run(`exports.handler = async () => (${text});`);

describe('the bot protocol', () => {
  test('CommonJS: gives the handler a MedplumClient with the token, and its result back', async () => {
    const outcome = await run(`const core = require('@medplum/core');
      exports.handler = async (medplum, event) => {
        console.log('hello', { a: event.input.a });
        const patient = await medplum.readResource('Patient', 'p1');
        return [event.input.a, core.getReferenceString(patient), patient.name[0].text];
      };`);
    expect(outcome).toMatchObject({
      state: 'succeeded',
      output: '[1,"Patient/p1","Zoë 😀"]',
      log: 'info hello {"a":1}',
    });
    expect(requests.at(-1)).toMatchObject({ url: '/fhir/R4/Patient/p1', authorization: 'Bearer a.b.c' });
  });

  test('ES modules: import of @medplum/core, export of handler', async () => {
    const code = `import { createReference } from '@medplum/core';
      export async function handler(medplum, event) {
        return createReference(await medplum.createResource({ resourceType: 'Patient', name: [{ text: 'Ünal' }] })).reference; }`;
    const outcome = await run(code, { moduleKind: 'esm' });
    expect(outcome).toMatchObject({ state: 'succeeded', output: '"Patient/p1"' });
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toMatchObject({ name: [{ text: 'Ünal' }] });
  });

  test('web globals behave', async () => {
    const outcome = await expression(`[new URL('../b?x=1#h', 'https://a.example/c/d').href,
      new URLSearchParams({ q: 'a b&c', u: 'ü' }).toString(), new URLSearchParams('a=%C3%BC+x').get('a'),
      new TextDecoder().decode(new TextEncoder().encode('ü😀')), atob(btoa('xyz')), btoa('ab'),
      await new Promise((done) => setTimeout(() => done('timer'), 5)), crypto.randomUUID().length]`);
    expect(JSON.parse(outcome.output ?? 'null')).toEqual([
      'https://a.example/b?x=1#h',
      'q=a+b%26c&u=%C3%BC',
      'ü x',
      'ü😀',
      'xyz',
      'YWI=',
      'timer',
      36,
    ]);
  });

  test('tells what the bot threw, and whether trying again is of use', async () => {
    const plain = await run(`exports.handler = async () => { throw new Error('no luck'); };`);
    expect(plain).toMatchObject({ state: 'failed', error: 'Error: no luck', retryable: true });
    const final = await run(
      `exports.handler = async () => { throw Object.assign(new Error('never'), { retryable: false }); };`,
    );
    expect(final).toMatchObject({ state: 'failed', retryable: false });
    const broken = await run('exports.handler = async () => {');
    expect(broken).toMatchObject({ state: 'failed', retryable: false });
    expect(broken.error).toContain('SyntaxError');
    expect(await run('exports.other = 1;')).toMatchObject({ state: 'failed' });
  });
});

describe('limits', () => {
  test.each([
    ['a loop', 'exports.handler = async () => { for (;;) {} };'],
    ['a loop at load', 'for (;;) {}'],
    ['a never-resolving await', 'exports.handler = () => new Promise(() => {});'],
    ['endless microtasks', 'exports.handler = async () => { for (;;) { await 0; } };'],
    ['a regular expression', `exports.handler = async () => /^(a+)+$/.test('a'.repeat(60) + '!');`],
  ])('%s ends within limit + 1 s', async (_name, code) => {
    const start = performance.now();
    const outcome = await run(code, { timeLimitMs: 300 });
    expect(outcome.state).toBe('timeout');
    expect(performance.now() - start).toBeLessThan(300 + 10_000);
    expect((await expression('1')).state).toBe('succeeded');
  });

  test.each([
    ['objects', 'const all = []; for (;;) { all.push({ a: [1, 2, 3], b: String(Math.random()) }); }'],
    ['strings', `let s = 'x'; for (;;) { s += s; }`],
    ['buffers', 'const all = []; for (;;) { all.push(new Uint8Array(1 << 24).fill(1)); }'],
  ])('memory: %s', async (_name, code) => {
    const outcome = await run(`exports.handler = async () => { ${code} };`, { timeLimitMs: 5000 });
    expect(outcome.state).not.toBe('succeeded');
    expect((await expression('1')).state).toBe('succeeded');
  });

  test('output and log', async () => {
    expect((await expression(`'x'.repeat(2000)`)).state).toBe('output');
    const outcome = await run(
      `exports.handler = async () => { for (let i = 0; i < 1000; i++) console.log('line ' + i); };`,
    );
    expect(outcome.log.length).toBeLessThanOrEqual(500);
    expect(outcome.log.endsWith('line 999')).toBe(true);
  });

  test('a process in which a run was stopped is not used again: its memory is not that of the next', async () => {
    const waits = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
    const fills = `for (const all = []; ; ) { const memory = new WebAssembly.Memory({ initial: 3000 });
      new Uint8Array(memory.buffer).fill(1); all.push(memory.buffer); if (all.length === 2) for (;;); }`;
    const stopped = await Promise.all(
      [waits, fills].map((body) => run(`exports.handler = async () => { ${body} };`, { timeLimitMs: 300 })),
    );
    expect(stopped.map(({ state }) => state === 'succeeded' || state === 'failed')).toEqual([false, false]);
    expect((await Promise.all([expression('1'), expression('2')])).map(({ output }) => output)).toEqual(['1', '2']);
  });

  test('a process that is being stopped takes no run, however late this process hears that it is ready', async () => {
    await expression('0');
    const loop = run('for (;;) {}', { timeLimitMs: 100 });
    const waiting = [1, 2, 3].map((n) => run(`exports.handler = async () => ${n};`));
    await new Promise((done) => setTimeout(done, 50));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect((await loop).state).toBe('timeout');
    expect((await Promise.all(waiting)).map(({ output }) => output)).toEqual(['1', '2', '3']);
  });

  test('a bot that hangs does not delay another', async () => {
    const ended: string[] = [];
    const hanging = [1, 2, 3].map(() =>
      run('exports.handler = () => new Promise(() => {});', { lane: 'hangs', timeLimitMs: 60_000 }).then(({ state }) =>
        ended.push(state),
      ),
    );
    expect((await expression('1')).state).toBe('succeeded');
    expect(ended).toEqual([]);
    pool.stop();
    await Promise.all(hanging);
    pool.start();
  });
});

describe('escapes', () => {
  test.each([
    'typeof process',
    'typeof globalThis.require',
    `typeof Function('return this')().process`,
    `(async () => {}).constructor('return typeof process')()`,
    `console.log.constructor('return typeof process')()`,
    `fetch.constructor('return typeof process')()`,
    `setTimeout.constructor('return typeof process')()`,
    `medplum.constructor.constructor('return typeof process')()`,
    `Object.getPrototypeOf(fetch('x').catch(() => 0)).constructor.constructor('return typeof process')()`,
    `new Error().constructor.constructor('return typeof process')()`,
    `(() => { try { null.x } catch (error) { return error.constructor.constructor('return typeof process')(); } })()`,
    'typeof Buffer',
    'typeof globalThis.connectHost',
    'typeof globalThis.$1',
  ])('%s gives nothing of the host', async (text) => {
    expect((await run(`exports.handler = async (medplum) => (${text});`)).output).toBe('"undefined"');
  });

  test.each([
    'process',
    'process.env',
    `require('fs')`,
    `import('node:fs')`,
    `require('child_process')`,
    'fetch.constructor("return process")()',
    `(await import('fs')).readFileSync('/etc/passwd', 'utf8')`,
  ])('%s fails', async (text) => {
    expect((await expression(text)).state).toBe('failed');
  });

  test.each(['http://169.254.169.254/latest', 'http://example.org/', 'http://localhost:1/', 'file:///etc/passwd'])(
    'may not call %s',
    async (url) => {
      const outcome = await expression(`await fetch('${url}')`);
      expect(outcome.state).toBe('failed');
      expect(outcome.error).toMatch(/may not call|not an http/);
    },
  );

  test('nothing of a run is left for the next', async () => {
    const set = `globalThis.leak = 1; Object.prototype.polluted = 1; exports.handler = async () => 1;`;
    await run(set, { lane: 'a' });
    await run(set, { lane: 'a' });
    expect((await expression(`[typeof leak, ({}).polluted === undefined]`)).output).toBe('["undefined",true]');
  });
});
