import type { JobHandler, JobQueue, Operation } from '../repository/index.ts';
import { BotHost, type BotHostOptions } from './bot-host.ts';
import { BotPool, type BotPoolOptions } from './bot-pool.ts';
import { BotScheduler } from './bot-scheduler.ts';
import type { BotTask } from './bot-task.ts';
import type { BotToken } from './bot-token.ts';
import { botOperations } from './operations/bot-operations.ts';
import { executeHandler } from './operations/execute-later.ts';
import {
  type BotDelivery,
  type BotDeliveryResult,
  type BotSubscription,
  runForSubscription,
} from './run-for-subscription.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

export interface BotsOptions<T extends BotToken> extends Omit<BotHostOptions<T>, 'pool'> {
  /** Base of FHIR URLs with a trailing slash. */
  readonly fhirUrl: string;
  /** Where runs for callers who do not wait are handed in. */
  readonly jobs: () => JobQueue;
  readonly pool?: BotPoolOptions;
}

/** The bot host of a server process. */
export interface Bots {
  /** `$deploy`, `$execute`, `$code`, `$runs`, `$run`, `$replay`. */
  readonly operations: readonly Operation[];
  /** Makes the runs that were handed in. */
  readonly jobHandler: JobHandler;
  /** For the Subscriptions whose channel is a bot. */
  runBot(entry: BotSubscription, delivery: BotDelivery): Promise<BotDeliveryResult>;
  /** For operations of the server that have a bot do their work. */
  run(task: BotTask): Promise<RunOutcome>;
  start(): void;
  /** Kills the bot processes; runs under way count as not made and are made again by the next process. */
  stop(): void;
}

/** Puts the bot host together; processes start with `start()`. */
export function createBots<T extends BotToken>(options: BotsOptions<T>): Bots {
  const { database, clock, fhirUrl, jobs, log } = options;
  const pool = new BotPool({ log, ...options.pool });
  const host = new BotHost({ ...options, pool });
  const scheduler = new BotScheduler({ database, host, log, clock });
  return {
    operations: botOperations({ database, host, jobs, clock, fhirUrl }),
    jobHandler: executeHandler(host, clock),
    runBot: (entry, delivery) => runForSubscription(host, entry, delivery),
    run: (task) => host.run(task),
    start() {
      pool.start();
      scheduler.start();
    },
    stop() {
      scheduler.stop();
      pool.stop();
    },
  };
}
