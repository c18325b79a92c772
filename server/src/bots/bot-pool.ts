import { BotProcess } from './bot-process.ts';
import type { RunOutcome, RunRequest, SandboxLimits } from './sandbox/protocol.ts';

export interface BotPoolOptions {
  /** Processes kept warm; default 3. */
  readonly size?: number;
  readonly limits?: Partial<SandboxLimits>;
  /** Told when a process ends before it ever was ready: a fault of the installation. */
  readonly log?: (code: string, error: unknown) => void;
}

/** A run, as asked of the pool; the code travels only to processes that lack it. */
export interface PooledRun extends Omit<RunRequest, 'kind'> {
  /** Runs with the same lane share their turn: the bot. */
  readonly lane: string;
  readonly code: string;
}

interface Waiting {
  readonly run: PooledRun;
  readonly done: (outcome: RunOutcome) => void;
}

const DEFAULT_LIMITS: SandboxLimits = {
  memoryMb: 128,
  maxOutputBytes: 6 * 1024 * 1024,
  maxLogBytes: 64 * 1024,
  maxRecordedBytes: 4 * 1024 * 1024,
};

/**
 * Warm processes for runs. Bots take turns, and no bot holds the last free process: a bot that hangs delays only itself.
 */
export class BotPool {
  private readonly size: number;
  private readonly limits: SandboxLimits;
  private readonly processes = new Set<BotProcess>();
  private readonly ready = new Set<BotProcess>();
  private readonly lanes = new Map<string, Waiting[]>();
  private readonly busy = new Map<string, number>();
  private failures = 0;
  private started = false;
  private readonly log: (code: string, error: unknown) => void;

  constructor(options: BotPoolOptions = {}) {
    this.log = options.log ?? (() => undefined);
    this.size = options.size ?? 3;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  start(): void {
    this.started = true;
    for (let i = 0; i < this.size; i++) {
      this.add();
    }
  }

  /** Kills every process; runs under way end as failed. */
  stop(): void {
    this.started = false;
    for (const process of this.processes) {
      process.kill();
    }
    for (const { run, done } of [...this.lanes.values()].flat()) {
      done(refused(run.run));
    }
    this.lanes.clear();
  }

  /** Makes a run as soon as it is its bot's turn. Never rejects. */
  run(run: PooledRun): Promise<RunOutcome> {
    if (!this.started) {
      return Promise.resolve(refused(run.run));
    }
    return new Promise((done) => {
      const lane = this.lanes.get(run.lane);
      if (lane === undefined) {
        this.lanes.set(run.lane, [{ run, done }]);
      } else {
        lane.push({ run, done });
      }
      this.next();
    });
  }

  private add(): void {
    const process = new BotProcess(this.limits);
    let wasReady = false;
    this.processes.add(process);
    process
      .whenReady(() => {
        wasReady = true;
        this.failures = 0;
        this.ready.add(process);
        this.next();
      })
      .whenEnded((lastWords) => {
        if (!wasReady && this.started) {
          this.log('bot-process-failed', new Error(lastWords));
        }
        this.replace(process);
      });
  }

  private replace(process: BotProcess): void {
    this.processes.delete(process);
    this.ready.delete(process);
    if (this.started) {
      const delay = Math.min(10_000, 50 * 2 ** this.failures++ - 50);
      setTimeout(() => this.started && this.add(), delay).unref();
    }
  }

  private next(): void {
    for (const process of this.ready) {
      const waiting = this.takeTurn();
      if (waiting === undefined) {
        return;
      }
      this.ready.delete(process);
      void this.runOn(process, waiting);
    }
  }

  /** The first waiting run of the lane whose turn it is; the lane goes to the end of the line. */
  private takeTurn(): Waiting | undefined {
    const most = Math.max(1, this.size - 1);
    for (const [lane, waiting] of this.lanes) {
      if ((this.busy.get(lane) ?? 0) >= most) {
        continue;
      }
      this.lanes.delete(lane);
      const first = waiting.shift();
      if (waiting.length > 0) {
        this.lanes.set(lane, waiting);
      }
      return first;
    }
    return undefined;
  }

  private async runOn(process: BotProcess, { run, done }: Waiting): Promise<void> {
    const { lane, code, ...request } = run;
    this.busy.set(lane, (this.busy.get(lane) ?? 0) + 1);
    const outcome = await process.run({
      kind: 'run',
      ...request,
      ...(!process.hasCode(run.codeHash) && { code }),
    });
    const left = (this.busy.get(lane) ?? 1) - 1;
    if (left > 0) {
      this.busy.set(lane, left);
    } else {
      this.busy.delete(lane);
    }
    done(outcome);
    this.next();
  }
}

function refused(run: string): RunOutcome {
  return {
    kind: 'outcome',
    run,
    state: 'failed',
    error: 'The bot host is not running',
    retryable: true,
    log: '',
    durationMs: 0,
  };
}
