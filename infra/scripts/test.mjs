import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import {
  build,
  checkNode,
  exitOf,
  findNode,
  installPackages,
  PlainError,
  root,
  say,
  toolEnvironment,
} from './toolchain.mjs';

/**
 * `npm test`: sets itself up, then types, lint, the rules of the house, all unit tests, the server killed under load,
 * and the browser tests. The last line is `N passed, M failed`: each test counts, and each other check counts as one.
 */
const total = { passed: 0, failed: 0 };
const failures = [];
const output = mkdtempSync(join(tmpdir(), 'mindbridge-results-'));

async function main() {
  checkNode();
  await installPackages();
  const node = findNode();
  await build();
  await check('format and lint', 'node', ['infra/scripts/lint.mjs', '--only=biome']);
  await check('rules of the house', node, ['infra/checks/main.ts']);
  await Promise.all([
    check('types', 'node', ['infra/scripts/typecheck.mjs']),
    check('typed lint', 'node', ['infra/scripts/lint.mjs', '--only=eslint']),
  ]);
  await vitest('unit tests', ['--project', 'unit', '--project', 'apps'], {});
  if (existsSync(join(root, 'server', 'src', 'main.ts'))) {
    await check('server killed under load', node, ['infra/checks/kill-under-load.ts', '--kills', '4']);
    await check('bots and database killed under load', node, [
      'infra/checks/chaos-bots.ts',
      '--kills',
      '3',
      '--recovery',
      '40',
    ]);
  }
  if (hasBrowserTests()) {
    await vitest('browser tests', ['--project', 'e2e'], { CHROMIUM_PATH: await findChromium() });
  }
}

function hasBrowserTests() {
  const folder = join(root, 'smart-apps', 'e2e');
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.e2e.ts'))
  );
}

/** Runs one program that is a check by itself. */
async function check(name, command, args) {
  const started = Date.now();
  const code = await run(command, args, {});
  count(name, code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, started);
}

/** Runs vitest and counts its tests; a file that could not even be loaded counts as one failed test. */
async function vitest(name, args, environment) {
  const started = Date.now();
  const file = join(output, `${name.replaceAll(' ', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run('vitest', ['run', ...args, ...reporters], environment);
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] };
  const tests = result.testResults.flatMap((suite) => suite.assertionResults);
  const unloaded = result.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  ).length;
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failed = tests.filter((test) => test.status === 'failed').length + unloaded;
  count(name, { passed, failed: failed || (code === 0 ? 0 : 1) }, started);
}

function run(command, args, environment) {
  return exitOf(
    spawn(command, args, {
      cwd: root,
      env: { ...toolEnvironment(), ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );
}

function count(name, { passed, failed }, started) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) {
    failures.push(name);
  }
  say(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed (${Math.round((Date.now() - started) / 1000)} s)\n`,
  );
}

main()
  .catch((error) => {
    total.failed += 1;
    failures.push(error instanceof PlainError ? error.message : (error?.stack ?? String(error)));
  })
  .finally(() => {
    rmSync(output, { recursive: true, force: true });
    if (failures.length > 0) {
      say(`Failed: ${failures.join('; ')}`);
    }
    say(`${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed === 0 ? 0 : 1;
  });
