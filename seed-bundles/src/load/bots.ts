import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DemoTenant } from './demo-file.ts';

const repository = join(import.meta.dirname, '../../..');

/** Deploys every bot to the tenant, in a process of its own: bots and seeds share no code. @throws Error when one was refused. */
export async function deployBots(baseUrl: string, { clientId, clientSecret }: DemoTenant): Promise<void> {
  const script = join(repository, 'bots/src/deploy/main.ts');
  // With `=`, for a secret may begin with a dash.
  const args = [script, '--base', baseUrl, '--client-id', clientId, `--client-secret=${clientSecret}`];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) {
    process.stderr.write(Buffer.concat(lines));
    throw new Error('The bots could not be deployed: the lines above say why');
  }
}
