import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'mindbridge-lock-'));
const lock = new URL('data-lock.mjs', import.meta.url).href;
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that claims the folder, says who has it already, and stays. */
async function starter(): Promise<{ child: ChildProcess; holder: string }> {
  const script = `import(${JSON.stringify(lock)}).then(({ lockDataFolder }) => {
    process.stdout.write(String(lockDataFolder(${JSON.stringify(join(folder, 'data'))})));
    setInterval(() => undefined, 1000);
  });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, holder: said.toString() };
}

async function kill({ child }: { child: ChildProcess }): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('a data folder belongs to one starter, and to nobody once that one was killed', async () => {
  const first = await starter();
  const second = await starter();
  expect([first.holder, second.holder]).toEqual(['undefined', String(first.child.pid)]);
  await kill(second);
  await kill(first);
  const third = await starter();
  expect(third.holder).toBe('undefined');
  const claim = join(folder, 'data', 'start.lock');
  const [pid = ''] = readFileSync(claim, 'utf8').split(' ');
  writeFileSync(claim, `${pid} 1`);
  const fourth = await starter();
  expect(fourth.holder, 'a process id that was given to somebody else').toBe('undefined');
  await Promise.all([kill(third), kill(fourth)]);
});
