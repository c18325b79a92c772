// Program of one bot process: takes runs over the channel to its parent, one at a time, each in a fresh isolate.
import { unpackCassette } from './cassette.ts';
import { HostFetch } from './host-fetch.ts';
import type { FromProcess, RunOutcome, RunRequest, SandboxLimits } from './protocol.ts';
import { ReplayHost } from './replay-host.ts';
import { RecordingHost } from './run-host.ts';
import { Sandbox } from './sandbox.ts';
import { coreModuleSource, sandboxSnapshot } from './sandbox-snapshot.ts';

const limits = JSON.parse(process.argv[2] ?? '{}') as SandboxLimits;
const snapshot = sandboxSnapshot();
const client = new HostFetch();
const codes = new Map<string, string>();
let coreModule: string | undefined;
let next = Sandbox.create(snapshot, limits);

function send(message: FromProcess): void {
  process.send?.(message);
}

/** Keeps the last lines up to the limit: the end of a log tells why a run failed. */
class LogTail {
  private lines: string[] = [];
  private size = 0;

  add(level: string, text: string): void {
    const line = `${level} ${text.slice(0, limits.maxLogBytes)}`;
    this.lines.push(line);
    this.size += line.length + 1;
    while (this.size > limits.maxLogBytes) {
      this.size -= (this.lines.shift()?.length ?? 0) + 1;
    }
  }

  toString(): string {
    return this.lines.join('\n');
  }
}

async function execute(request: RunRequest): Promise<RunOutcome> {
  const start = performance.now();
  const log = new LogTail();
  const run =
    request.replay === undefined
      ? new RecordingHost(client, limits.maxRecordedBytes)
      : new ReplayHost(unpackCassette(request.replay), request.liveModels ? client : undefined);
  const end = (outcome: Omit<RunOutcome, 'kind' | 'run' | 'log' | 'durationMs'>): RunOutcome => ({
    kind: 'outcome',
    run: request.run,
    ...outcome,
    ...(run instanceof ReplayHost ? { differences: run.finish() } : recorded(run)),
    log: log.toString(),
    durationMs: performance.now() - start,
  });
  const sandbox = await next;
  let timer: NodeJS.Timeout | undefined;
  try {
    const code = codeOf(request);
    coreModule ??= request.moduleKind === 'esm' ? coreModuleSource() : undefined;
    const host = { run, onLog: (level: string, text: string) => log.add(level, text) };
    const work = sandbox.run(request, code, host, coreModule ?? '');
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), request.timeLimitMs);
    });
    const result = await Promise.race([work.then((output) => ({ output })), timeout]);
    if (result === 'timeout') {
      work.catch(() => undefined);
      return end({ state: 'timeout', error: `The bot ran longer than ${request.timeLimitMs} ms`, retryable: true });
    }
    if ((result.output?.length ?? 0) > limits.maxOutputBytes) {
      return end({
        state: 'output',
        error: `The bot's output is larger than ${limits.maxOutputBytes} bytes`,
        retryable: false,
      });
    }
    return end({ state: 'succeeded', retryable: false, ...result });
  } catch (error) {
    return end(failure(error, log));
  } finally {
    clearTimeout(timer);
    sandbox.dispose();
    next = Sandbox.create(snapshot, limits);
  }
}

function recorded(run: RecordingHost): Pick<RunOutcome, 'recording'> {
  const recording = run.recording();
  return recording === undefined ? {} : { recording };
}

function codeOf(request: RunRequest): string {
  if (request.code !== undefined) {
    codes.set(request.codeHash, request.code);
  }
  const code = codes.get(request.codeHash);
  if (code === undefined) {
    throw new Error('The code of the bot is missing');
  }
  return code;
}

function failure(error: unknown, log: LogTail): Pick<RunOutcome, 'state' | 'error' | 'retryable'> {
  const text = error instanceof Error ? error.message : String(error);
  if (/disposed|memory limit/i.test(text)) {
    return { state: 'memory', error: `The bot used more than ${limits.memoryMb} MB`, retryable: false };
  }
  try {
    const thrown = JSON.parse(text) as { text: string; retryable: boolean; stack: string };
    log.add('error', thrown.stack || thrown.text);
    return { state: 'failed', error: thrown.text, retryable: thrown.retryable };
  } catch {
    return { state: 'failed', error: error instanceof Error ? `${error.name}: ${text}` : text, retryable: false };
  }
}

process.on('message', (message: RunRequest) => {
  void execute(message).then(async (outcome) => {
    send(outcome);
    await next;
    send({ kind: 'ready' });
  });
});
process.on('disconnect', () => process.exit(0));
void next.then(() => send({ kind: 'ready' }));
