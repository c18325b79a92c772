import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { deployBots } from './load/bots.ts';
import { demoVersions } from './load/freshness.ts';
import { loadDemo } from './load/load-demo.ts';
import type { Surroundings } from './load/progress.ts';
import { waitUntilReady } from './load/readiness.ts';

const usage = 'node seed-bundles/src/demo.ts --base URL --data-dir DIR';

async function main(args: readonly string[]): Promise<void> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { base: option, 'data-dir': option }, strict: true });
  if (!values.base || !values['data-dir']) {
    throw new Error(`--base and --data-dir are needed. Usage: ${usage}`);
  }
  const baseUrl = values.base.replace(/\/*$/, '/');
  const surroundings: Surroundings = { say: console.log, pause: (ms) => pause(ms), now: () => new Date() };
  await waitUntilReady(baseUrl, surroundings);
  await loadDemo({ baseUrl, dataDir: values['data-dir'], versions: demoVersions(), deployBots }, surroundings);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
