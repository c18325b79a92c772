import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runQuietly, say } from './toolchain.mjs';

/** Version of the npm package that brings a Chromium of its own. */
const packaged = '@sparticuz/chromium@153.0.0';

/**
 * Path of a Chromium for the browser tests: one that is installed, else Debian's when we are root, else the one that an
 * npm package brings (kept in `node_modules/.cache`).
 */
export async function findChromium() {
  return installed() ?? (await fromDebian()) ?? (await fromNpm());
}

function installed() {
  if (process.env.CHROMIUM_PATH && existsSync(process.env.CHROMIUM_PATH)) {
    return process.env.CHROMIUM_PATH;
  }
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found) {
      return found;
    }
  }
  return undefined;
}

async function fromDebian() {
  if (process.getuid?.() !== 0 || spawnSync('sh', ['-c', 'command -v apt-get']).status !== 0) {
    return undefined;
  }
  say('Installing Chromium for the browser tests (apt-get; about a minute)');
  try {
    await runQuietly('apt-get', ['update', '-q'], 'apt-get update failed');
    await runQuietly('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium'], 'apt-get install failed');
  } catch {
    return undefined;
  }
  return installed();
}

async function fromNpm() {
  const folder = join(root, 'node_modules', '.cache', 'chromium');
  mkdirSync(folder, { recursive: true });
  const require = createRequire(join(folder, 'package.json'));
  if (!existsSync(join(folder, 'node_modules', '@sparticuz', 'chromium'))) {
    say('Fetching Chromium for the browser tests from npm (about a minute)');
    await runQuietly(
      'npm',
      ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', folder, packaged],
      'Chromium could not be fetched',
    );
  }
  const { default: chromium } = await import(pathToFileURL(require.resolve('@sparticuz/chromium')).href);
  return chromium.executablePath();
}
