import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `npm start` and `npm test` share: packages, Node 24, progress lines. Runs on Node 20 without any package. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

const oldestNode = 20;
const neededNode = 24;

/** An error whose message is one plain sentence for the person at the terminal. */
export class PlainError extends Error {}

/** Prints one progress line. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Ends with one plain sentence when this Node cannot even run npm's install. */
export function checkNode() {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    throw new PlainError(
      `Node ${process.versions.node} is too old: install Node ${oldestNode} or newer from https://nodejs.org and try again.`,
    );
  }
}

/** Runs `npm ci` when a package of the lock file is missing or has another version. */
export async function installPackages() {
  const reason = whyInstall();
  if (reason === undefined) {
    return;
  }
  say(`Installing packages (${reason}; about a minute)`);
  const started = Date.now();
  const ticker = setInterval(() => say(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`), 15_000);
  try {
    await runQuietly(
      'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
      'The packages could not be installed',
    );
  } finally {
    clearInterval(ticker);
  }
  say(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

function whyInstall() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) {
    return 'first start';
  }
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    const needed =
      path.includes('node_modules/') && !entry.link && !entry.optional && !entry.devOptional && !entry.peer;
    if (needed && installed[path]?.version !== entry.version) {
      return `${path.split('node_modules/').pop()} ${entry.version} is new`;
    }
  }
  return undefined;
}

/** Path of a Node 24: the one of the repository, else a new enough one on PATH. */
export function findNode() {
  const candidates = [join(root, 'node_modules', '.bin', 'node'), process.execPath, 'node'];
  const found = candidates.find((path) => versionOf(path) >= neededNode);
  if (found === undefined) {
    throw new PlainError(
      `Node ${neededNode} is needed and npm has none for ${process.platform}-${process.arch}: install Node ${neededNode} and try again.`,
    );
  }
  return found;
}

function versionOf(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return Number.parseInt((stdout ?? '').replace('v', ''), 10) || 0;
}

/** The environment of every program we start: Node 24 and the packages' programs first on PATH, no telemetry. */
export function toolEnvironment() {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

/** Builds what has a build step, from the cache when nothing changed. */
export async function build() {
  const started = Date.now();
  say('Building the apps (from the cache when nothing changed)');
  await runQuietly('turbo', ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'], 'The build failed');
  say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Programs under way: an installation that outlives its start would fight with that of the next one. */
const underWay = new Set();

/** Ends the programs that still install or build. */
export function endTools() {
  for (const child of underWay) {
    child.kill('SIGTERM');
  }
}

/** Runs a program and shows its output only when it fails. */
export async function runQuietly(command, args, failure) {
  const child = spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  underWay.add(child);
  child.on('close', () => underWay.delete(child));
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const code = await exitOf(child);
  if (code !== 0) {
    process.stderr.write(`${Buffer.concat(chunks).toString('utf8').trimEnd().split('\n').slice(-40).join('\n')}\n`);
    throw new PlainError(`${failure} (${[command, ...args].join(' ')}): the lines above say why.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Resolves with the exit code of a child; 1 when it could not be started or was killed. */
export function exitOf(child) {
  return new Promise((done) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      done(1);
    });
    child.on('close', (code) => done(code ?? 1));
  });
}
