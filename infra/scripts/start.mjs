import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockDataFolder } from './data-lock.mjs';
import { SERVER_FLAGS } from './server-flags.mjs';
import {
  build,
  checkNode,
  endTools,
  exitOf,
  findNode,
  installPackages,
  PlainError,
  root,
  say,
  toolEnvironment,
} from './toolchain.mjs';

/**
 * `npm start`: installs, builds, starts the server, loads the demo, says how to sign in. Needs Node 20 and npm.
 * Everything it starts ends with it.
 */
let server;
let loader;
let stopping;

async function main() {
  const started = Date.now();
  stopWithNpm();
  checkNode();
  await installPackages();
  const node = findNode();
  const config = await readConfig(node);
  claimDataFolder(config);
  await waitForPort(config);
  await build();
  say('Starting the server');
  server = startServer(node);
  await waitUntilReady(config);
  if (config.demo) {
    await loadDemo(node, config);
  }
  say(`\nMindBridge ready (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  say(readyTable(config));
  server.on('close', () => stop(1, 'The server has ended: the lines above say why. Start again with npm start.'));
}

/** Checks every setting before anything is started. */
async function readConfig(node) {
  const child = spawn(node, ['server/src/config/cli/show-config.ts'], {
    cwd: root,
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  if ((await exitOf(child)) !== 0) {
    throw new PlainError('MindBridge was not started: correct the setting named above.');
  }
  return JSON.parse(text);
}

/** Two servers over one data folder would overwrite each other's keys and demo accounts. */
function claimDataFolder({ dataDir }) {
  const folder = resolve(root, dataDir);
  const holder = lockDataFolder(folder);
  if (holder !== undefined) {
    throw new PlainError(
      `The data folder ${folder} is in use by another npm start (process ${holder}): stop that one, or name another folder, as in DATA_DIR=data-2 npm start.`,
    );
  }
}

/** A server whose starter was killed needs a moment to end; a port that stays in use belongs to somebody else. */
async function waitForPort({ host, port }) {
  for (let attempt = 0; attempt < 80; attempt++) {
    const problem = await listenProblem(host, port);
    if (problem === undefined) {
      return;
    }
    if (problem !== 'EADDRINUSE') {
      throw new PlainError(`Cannot listen on ${host}:${port} (${problem}): choose another address with HOST and PORT.`);
    }
    if (attempt === 4) {
      say(`Port ${port} is in use; waiting for it`);
    }
    await sleep(250);
  }
  throw new PlainError(
    `Port ${port} is in use by another program: stop that one, or choose another port, as in PORT=${port + 1} npm start.`,
  );
}

function listenProblem(host, port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', (error) => done(error.code));
    probe.listen(port, host, () => probe.close(() => done(undefined)));
  });
}

/** The server runs in a group of its own, so that Ctrl-C reaches this process alone, which then stops it in order. */
function startServer(node) {
  const preload = join(root, 'infra', 'scripts', 'stop-with-parent.mjs');
  return spawn(node, [...SERVER_FLAGS, '--import', preload, 'server/src/main.ts'], {
    cwd: root,
    env: toolEnvironment(),
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function localBase({ host, port }) {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function waitUntilReady(config) {
  for (let waited = 0; ; waited++) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new PlainError('The server did not start: the line above says why.');
    }
    const answer = await fetch(`${localBase(config)}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.ok) {
      return;
    }
    if (waited > 0 && waited % 100 === 0) {
      say('  still starting');
    }
    await sleep(100);
  }
}

/** Signs in as the demo's administrator and loads through the API what is missing or has aged. */
async function loadDemo(node, config) {
  say('Loading the demo clinic through the API (only what is missing)');
  const args = ['seed-bundles/src/demo.ts', '--base', localBase(config), '--data-dir', resolve(root, config.dataDir)];
  loader = spawn(node, args, { cwd: root, env: toolEnvironment(), stdio: ['ignore', 'inherit', 'inherit'] });
  if ((await exitOf(loader)) !== 0 && !stopping) {
    throw new PlainError('The demo could not be loaded: the lines above say why. DEMO=false starts without it.');
  }
}

function readyTable(config) {
  const base = config.baseUrl;
  const rows = [
    ['Open', base],
    ['FHIR', `${base}/fhir/R4`],
    ...accounts(config),
    ['Data', config.embedded ? resolve(root, config.dataDir) : 'the PostgreSQL of DATABASE_URL'],
    ['Stop', 'Ctrl-C'],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(18)} ${value}`).join('\n');
}

function accounts(config) {
  const file = join(resolve(root, config.dataDir), 'demo.json');
  if (!config.demo || !existsSync(file)) {
    return [];
  }
  const [clinic] = JSON.parse(readFileSync(file, 'utf8')).tenants ?? [];
  const users = (clinic?.users ?? []).map((user) => [
    user.role,
    `${user.email}  ${user.password}  ${user.name ?? ''}`.trimEnd(),
  ]);
  return [['Demo accounts', clinic?.name ?? ''], ...users, ['All accounts', file]];
}

/** Stops the loader, then the server (which stops its bots and PostgreSQL), then ends this process. */
function stop(code, sentence) {
  stopping ??= (async () => {
    if (sentence) {
      process.stderr.write(`${sentence}\n`);
    }
    endTools();
    loader?.kill('SIGTERM');
    await stopServer();
    process.exit(code);
  })();
  return stopping;
}

async function stopServer() {
  if (!server || server.exitCode !== null || server.signalCode !== null) {
    return;
  }
  const ended = new Promise((done) => {
    server.once('close', done);
  });
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(timer);
}

/** When npm itself is killed, nobody could stop us with Ctrl-C any more: then everything ends. */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event !== 'start') {
    return;
  }
  const parent = process.ppid;
  const npm = npmProcess(parent);
  setInterval(() => {
    if (process.ppid !== parent || parentOf(npm) === undefined) {
      stop(1);
    }
  }, 1_000).unref();
}

/** npm runs a script through a shell, which may or may not have replaced itself by us. */
function npmProcess(parent) {
  return /^(ba|da)?sh$/.test(nameOf(parent)) ? (parentOf(parent) ?? parent) : parent;
}

function nameOf(pid) {
  return statOf(pid)?.name ?? '';
}

/** Process id of the parent of a process; undefined once it is gone. Systems without /proc know only our own parent. */
function parentOf(pid) {
  return existsSync('/proc/self/stat') ? statOf(pid)?.parent : pid;
}

function statOf(pid) {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!stopping) {
      say('\nStopping');
    }
    stop(0);
  });
}

main().catch((error) => stop(1, error instanceof PlainError ? error.message : (error?.stack ?? String(error))));
