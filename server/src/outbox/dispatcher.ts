import type { Database } from '../database/index.ts';
import type { ChangeEvent, Interest, QuietTenant } from './change-event.ts';
import { claim } from './claim.ts';
import { dropUnheard } from './drop-unheard.ts';
import { fail } from './fail.ts';

/** Who consumes the events. */
export interface EventSink {
  interest(): Interest;
  /** Records the effects of events and completes them, in one statement (`completeEvents`). Oldest first. */
  handle(events: readonly ChangeEvent[]): Promise<void>;
  /** A tenant that was quiet has a subscription now: forget that it was quiet. */
  unquiet(tenant: number): void;
}

export interface DispatcherOptions {
  readonly database: Database;
  readonly sink: EventSink;
  /** Told about what went wrong: a stable code and an error, never record contents. */
  readonly log: (code: string, error: unknown) => void;
  /** Interval in ms at which events left by dead processes are looked for; default 1,000. */
  readonly pollMs?: number;
  /** Events read at once; default 200. */
  readonly batch?: number;
  /** How long in ms the events of quiet tenants may gather before they are dropped together; default 100. */
  readonly quietDelayMs?: number;
}

/** Brings committed changes to their consumer; any number of processes may run one. */
export interface Dispatcher {
  /** To be called right after a commit. */
  wake(tenant: number): void;
  start(): void;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

/** Makes the dispatcher of this process. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new OutboxDispatcher(options);
}

class OutboxDispatcher implements Dispatcher {
  private readonly options: DispatcherOptions;
  private running: Promise<void> | undefined;
  private wanted = false;
  private started = false;
  private dropTimer: NodeJS.Timeout | undefined;
  private pollTimer: NodeJS.Timeout | undefined;

  constructor(options: DispatcherOptions) {
    this.options = options;
  }

  start(): void {
    this.started = true;
    this.pollTimer = setInterval(() => this.poll(), this.options.pollMs ?? 1000);
    this.poll();
  }

  async stop(): Promise<void> {
    this.started = false;
    clearInterval(this.pollTimer);
    clearTimeout(this.dropTimer);
    await this.running;
  }

  wake(tenant: number): void {
    if (!this.started) {
      return;
    }
    if (this.isQuiet(tenant)) {
      this.dropTimer ??= setTimeout(() => {
        this.dropTimer = undefined;
        void this.drop(this.options.sink.interest().quiet);
      }, this.options.quietDelayMs ?? 100);
      return;
    }
    this.run();
  }

  private isQuiet(tenant: number): boolean {
    return this.options.sink.interest().quiet.some((quiet) => quiet.tenant === tenant);
  }

  private poll(): void {
    const { quiet } = this.options.sink.interest();
    if (quiet.length > 0) {
      void this.drop(quiet);
    }
    this.run();
  }

  private async drop(quiet: readonly QuietTenant[]): Promise<void> {
    try {
      const still = await dropUnheard(this.options.database, quiet);
      for (const { tenant } of quiet) {
        if (!still.has(tenant)) {
          this.options.sink.unquiet(tenant);
          this.run();
        }
      }
    } catch (error) {
      this.options.log('outbox-drop-failed', error);
    }
  }

  private run(): void {
    this.wanted = true;
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
      if (this.wanted && this.started) {
        this.run();
      }
    });
  }

  private async drain(): Promise<void> {
    const { database, sink, log, batch = 200 } = this.options;
    while (this.wanted && this.started) {
      this.wanted = false;
      try {
        const events = await claim(database, sink.interest(), batch);
        if (events.length > 0) {
          await this.handle(events);
          this.wanted = true;
        }
      } catch (error) {
        this.wanted = false;
        log('outbox-claim-failed', error);
      }
    }
  }

  /** A batch that fails is handled event by event, so that one bad event holds back nothing but itself. */
  private async handle(events: readonly ChangeEvent[]): Promise<void> {
    const { database, sink, log } = this.options;
    try {
      await sink.handle(events);
      return;
    } catch (error) {
      log('outbox-batch-failed', error);
    }
    for (const event of events) {
      try {
        await sink.handle([event]);
      } catch (error) {
        log('outbox-event-failed', error);
        await fail(database, event.seq);
      }
    }
  }
}
