import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromProcess, RunOutcome, RunRequest, SandboxLimits } from './sandbox/protocol.ts';

/** Time in ms that a process has beyond a run's limit to end it by itself before it is killed. */
const GRACE_MS = 500;
/** Most resident memory of a bot process, beyond what its isolate may use, in MB. */
const OWN_MEMORY_MB = 320;
const WATCH_MS = 100;
/** What the engine writes as it gives up for want of memory. */
const OUT_OF_MEMORY = /out of memory|allocation failed/i;

const sourceFolder = fileURLToPath(new URL('..', import.meta.url));
const program = fileURLToPath(new URL('./sandbox/bot-process-main.ts', import.meta.url));

/** The folders a bot process may read: its own program, and the packages it loads. No other file, no write at all. */
function readableFolders(): string[] {
  const require = createRequire(import.meta.url);
  const packages = ['isolated-vm', '@medplum/core', 'undici', 'zod'].map((name) =>
    packageFolder(require.resolve(name)),
  );
  packages.push(packageFolder(createRequire(require.resolve('isolated-vm')).resolve('node-gyp-build')));
  const rooms = ['bots', 'outbound'].map((room) => join(sourceFolder, room));
  const above = ['package.json', '../package.json'].map((file) => resolve(sourceFolder, '..', file));
  return [...rooms, ...packages, ...above, '/etc/alpine-release'];
}

function packageFolder(entry: string): string {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && 'version' in (JSON.parse(readFileSync(manifest, 'utf8')) as object)) {
      return folder;
    }
  }
}

/** One operating-system process for bots: no environment, no files, no child processes; one run at a time. */
export class BotProcess {
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly sentCodes = new Set<string>();
  private readonly limits: SandboxLimits;
  private settle: ((outcome: RunOutcome) => void) | undefined;
  private onReady: () => void = () => undefined;
  private onEnd: (lastWords: string) => void = () => undefined;
  private lastWords = '';
  private isKilled = false;
  private killedFor: 'timeout' | 'memory' | undefined;

  constructor(limits: SandboxLimits) {
    this.limits = limits;
    this.folder = mkdtempSync(join(tmpdir(), 'mindbridge-bot-'));
    this.child = spawn(
      process.execPath,
      [
        '--permission',
        '--allow-addons',
        ...readableFolders().map((path) => `--allow-fs-read=${path}`),
        `--max-old-space-size=${limits.memoryMb}`,
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=SecurityWarning',
        program,
        JSON.stringify(limits),
      ],
      { cwd: this.folder, env: {}, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-1000);
    });
    this.child.on('message', (message) => this.receive(message as FromProcess));
    this.child.once('error', () => this.end());
    this.child.once('close', () => this.end());
  }

  /** Called whenever the process can take a run. */
  whenReady(listener: () => void): this {
    this.onReady = listener;
    return this;
  }

  /** Called once, when the process is gone, with the end of what it wrote to stderr (its own words, never a bot's). */
  whenEnded(listener: (lastWords: string) => void): this {
    this.onEnd = listener;
    return this;
  }

  hasCode(hash: string): boolean {
    return this.sentCodes.has(hash);
  }

  /** Makes a run; never rejects. The process is killed half a second after the limit, or when it takes too much memory. */
  run(request: RunRequest): Promise<RunOutcome> {
    const start = performance.now();
    const killer = setTimeout(() => this.kill('timeout'), request.timeLimitMs + GRACE_MS);
    const watcher = setInterval(() => this.watchMemory(), WATCH_MS);
    this.sentCodes.add(request.codeHash);
    return new Promise<RunOutcome>((done) => {
      this.settle = (outcome) =>
        done(outcome.run === '' ? { ...outcome, run: request.run, durationMs: performance.now() - start } : outcome);
      this.child.send(request, (error) => error && this.kill(undefined));
    }).finally(() => {
      clearTimeout(killer);
      clearInterval(watcher);
    });
  }

  /** What had to be stopped may still hold a thread, or memory that would count as that of the next run. */
  private receive(message: FromProcess): void {
    if (message.kind === 'ready') {
      if (!this.isKilled) {
        this.onReady();
      }
      return;
    }
    const settle = this.settle;
    this.settle = undefined;
    settle?.(message);
    if (message.state === 'timeout' || message.state === 'memory') {
      this.kill();
    }
  }

  private watchMemory(): void {
    try {
      const pages = Number(readFileSync(`/proc/${this.child.pid}/statm`, 'utf8').split(' ')[1]);
      if (pages * 4096 > (this.limits.memoryMb + OWN_MEMORY_MB) * 1024 * 1024) {
        this.kill('memory');
      }
    } catch {
      // No /proc on this system, or the process has just ended.
    }
  }

  /** Ends the process at once. */
  kill(reason?: 'timeout' | 'memory'): void {
    this.isKilled = true;
    this.killedFor ??= reason;
    this.child.kill('SIGKILL');
  }

  private end(): void {
    const settle = this.settle;
    this.settle = undefined;
    const reason = this.killedFor ?? (OUT_OF_MEMORY.test(this.lastWords) ? 'memory' : undefined);
    settle?.({
      kind: 'outcome',
      run: '',
      state: reason ?? 'failed',
      error: endText(reason),
      retryable: reason !== 'memory',
      log: '',
      durationMs: 0,
    });
    rmSync(this.folder, { recursive: true, force: true });
    this.onEnd(this.lastWords);
    this.onEnd = () => undefined;
  }
}

function endText(reason: 'timeout' | 'memory' | undefined): string {
  switch (reason) {
    case 'timeout':
      return 'The bot ran longer than its limit and was killed';
    case 'memory':
      return 'The bot used more memory than its limit and was killed';
    default:
      return 'The process of the bot ended';
  }
}
