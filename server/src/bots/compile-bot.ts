import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Compiled } from './sandbox/executable-of.ts';

/** Longest time in ms that compiling may take. */
const LIMIT_MS = 15_000;
const MEMORY_MB = 512;

const program = fileURLToPath(new URL('./sandbox/compile-main.ts', import.meta.url));
const room = fileURLToPath(new URL('.', import.meta.url));
const manifest = fileURLToPath(new URL('../../package.json', import.meta.url));

const compiledSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('code'), code: z.string() }),
  z.object({ kind: z.literal('refused'), text: z.string() }),
]);

/** Compiles a source in a process of its own, so that no source can keep this one busy; nothing of it is run. */
export async function compileBot(source: string, filename: string): Promise<Compiled> {
  const child = spawn(
    process.execPath,
    [
      '--permission',
      `--allow-fs-read=${room}`,
      `--allow-fs-read=${manifest}`,
      `--max-old-space-size=${MEMORY_MB}`,
      '--disable-warning=ExperimentalWarning',
      program,
    ],
    { env: {}, stdio: ['pipe', 'pipe', 'ignore'], timeout: LIMIT_MS, killSignal: 'SIGKILL' },
  );
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ source, filename }));
  const failed = new Promise<string>((resolve) => child.once('error', () => resolve('')));
  const answer = await Promise.race([text(child.stdout), failed]);
  return answer === '' ? { kind: 'refused', text: 'the compiler ended' } : compiledSchema.parse(JSON.parse(answer));
}
