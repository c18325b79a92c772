import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeCorePackage } from './core-package.ts';
import { mergeFragments } from './merge-fragments.ts';

/** Folder of this workspace. */
export const workspace = join(import.meta.dirname, '..');

const cacheHome = join(workspace, 'node_modules/.cache/sushi/home');
const projects = join(workspace, 'node_modules/.cache/sushi');

/** Path of SUSHI's command, or undefined where it is not installed. */
export function sushiPath(): string | undefined {
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve('fsh-sushi/package.json')), 'dist/app.js');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Compiles `fsh/` and returns the resources by file name. Errors and warnings of SUSHI about our own definitions throw,
 * with its report as the message.
 */
export async function compile(): Promise<Map<string, Record<string, unknown>>> {
  const sushi = sushiPath();
  if (!sushi) {
    throw new Error('fsh-sushi is not installed; run npm ci with development dependencies');
  }
  writeCorePackage(cacheHome);
  mkdirSync(projects, { recursive: true });
  const project = mkdtempSync(join(projects, 'project-'));
  try {
    cpSync(join(workspace, 'fsh'), join(project, 'input/fsh'), { recursive: true });
    cpSync(join(workspace, 'fsh/sushi-config.yaml'), join(project, 'sushi-config.yaml'));
    await runSushi(sushi, project);
    return mergeFragments(readResources(join(project, 'fsh-generated/resources')));
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function runSushi(sushi: string, project: string): Promise<void> {
  const environment = { ...process.env, HOME: cacheHome };
  const run = promisify(execFile)(process.execPath, [sushi, 'build', '--snapshot', project], {
    env: environment,
    timeout: 180_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const report = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout?: string; message: string }) => {
      throw new Error(`SUSHI failed:\n${error.stdout || error.message}`);
    },
  );
  if (/^error/m.test(report)) {
    throw new Error(`SUSHI reported errors:\n${report}`);
  }
}

function readResources(folder: string): Map<string, Record<string, unknown>> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(names.sort().map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
}
