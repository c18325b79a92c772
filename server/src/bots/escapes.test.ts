// S70: scripts that try to reach beyond the sandbox; the same attempts succeed outside of it
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotPool } from './bot-pool.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

let pool: BotPool;
beforeAll(() => {
  pool = new BotPool({ size: 2, limits: { memoryMb: 64 } });
  pool.start();
});
afterAll(() => pool.stop());

let count = 0;
function run(body: string, timeLimitMs = 3000): Promise<RunOutcome> {
  const code = `exports.handler = async (medplum, event) => { ${body} };`;
  return pool.run({
    run: `run-${count++}`,
    lane: `lane-${count % 2}`,
    codeHash: code,
    code,
    moduleKind: 'cjs',
    event: '{"input":{},"secrets":{}}',
    baseUrl: 'http://127.0.0.1:1/',
    accessToken: 'a.b.c',
    timeLimitMs,
    egress: [],
    inside: [],
  });
}

/** Ways to get at a constructor of functions, hoping that one belongs to the host. */
const ROADS = [
  `Function`,
  `(async () => {}).constructor`,
  `(function* () {}).constructor`,
  `fetch.constructor`,
  `console.log.constructor`,
  `setTimeout.constructor`,
  `URL.constructor`,
  `crypto.randomUUID.constructor`,
  `crypto.getRandomValues.constructor`,
  `medplum.constructor.constructor`,
  `medplum.readResource.constructor`,
  `event.constructor.constructor`,
  `event.secrets.constructor.constructor`,
  `require.constructor`,
  `Date.constructor`,
  `new Error().constructor.constructor`,
  `Object.getPrototypeOf(async () => {}).constructor`,
  `Reflect.getPrototypeOf(fetch).constructor`,
  `(() => { try { null.x } catch (e) { return e.constructor.constructor } })()`,
  `(() => { try { new URL('::') } catch (e) { return e.constructor.constructor } })()`,
  `(() => { try { require('fs') } catch (e) { return e.constructor.constructor } })()`,
  `(await fetch('http://127.0.0.1:2/').catch((e) => e)).constructor.constructor`,
  `(await fetch('http://169.254.169.254/').catch((e) => e)).constructor.constructor`,
  `fetch('x').catch(() => 0).constructor.constructor`,
  `(await import('node:fs').catch((e) => e)).constructor.constructor`,
];
/** What each road would give, if it led out. */
const LOOT = ['process', 'process.env', `process.mainModule.require('fs')`];

const ATTEMPTS: [string, string][] = [
  ...ROADS.flatMap((road) =>
    LOOT.map((loot): [string, string] => [
      `${road} → ${loot}`,
      `const made = ${road}('return ${escaped(loot)}')();
       return typeof (typeof made?.next === 'function' ? made.next().value : await made);`,
    ]),
  ),
  ...[
    'fs',
    'node:fs',
    'child_process',
    'net',
    'http',
    'worker_threads',
    'vm',
    'os',
    'process',
    'isolated-vm',
    '../bot-process.ts',
    '/etc/passwd',
  ].flatMap((name): [string, string][] => [
    [`require ${name}`, `return typeof require('${name}');`],
    [`import ${name}`, `return typeof (await import('${name}'));`],
  ]),
  ...[
    'http://127.0.0.1:22/',
    'http://[::1]:22/',
    'http://169.254.169.254/latest/meta-data',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://example.org/',
    'https://example.org/',
    'http://localhost:5432/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://127.0.0.1:1@example.org/',
    'http://127.0.0.1.nip.io/',
  ].map((url): [string, string] => [`fetch ${url}`, `return (await fetch('${url}')).status;`]),
  ['WebSocket', `return typeof new WebSocket('ws://127.0.0.1:22');`],
  ['WebAssembly memory of the host', `return new WebAssembly.Memory({ initial: 70000 }).buffer.byteLength;`],
  ['the link to the host', `return globalThis.connectHost({}), 'connected';`],
  ['the clock of the host', `return globalThis.startRun(0, ''), 'started';`],
  ['a signal', `return process.kill(process.ppid);`],
  ['a fork', `return process.binding('spawn_sync');`],
];

function escaped(text: string): string {
  return text.replaceAll("'", "\\'");
}

describe('escapes', () => {
  test(`of ${ATTEMPTS.length} attempts none succeeds`, async () => {
    expect(ATTEMPTS.length).toBeGreaterThanOrEqual(100);
    const succeeded: string[] = [];
    for (const [name, body] of ATTEMPTS) {
      const { state, output } = await run(body);
      if (state === 'succeeded' && output !== '"undefined"') {
        succeeded.push(`${name}: ${output}`);
      }
    }
    expect(succeeded).toEqual([]);
  }, 120_000);

  test('the prototypes of one run are not those of the next', async () => {
    await run(`Object.prototype.owned = 1; Array.prototype.map = () => 'owned'; Promise.prototype.then = undefined;`);
    await run(`Object.prototype.owned = 1; JSON.stringify = () => '"owned"'; Function.prototype.call = () => 'owned';`);
    for (let i = 0; i < 3; i++) {
      expect((await run(`return [({}).owned === undefined, [1].map((x) => x)[0]];`)).output).toBe('[true,1]');
    }
  });

  test('a loop and an allocation without end are stopped, and the next run is made', async () => {
    expect((await run('for (;;) {}', 200)).state).toBe('timeout');
    expect((await run(`const all = []; for (;;) all.push(new Array(1e6).fill(1));`)).state).not.toBe('succeeded');
    expect((await run('return 1;')).output).toBe('1');
  });

  test('control: outside of the sandbox such attempts succeed', () => {
    const script = `console.log(JSON.stringify([
      typeof Function('return process')(), typeof require('fs').readFileSync('/proc/self/status'),
      typeof (function* () {}).constructor('return process.env')().next().value]))`;
    const answer = execFileSync(process.execPath, ['-e', script], { cwd: tmpdir(), encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual(['object', 'object', 'object']);
  });
});
