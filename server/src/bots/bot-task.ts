import type { RunCause } from './bot-run.ts';

/** One thing for a bot to do. */
export interface BotTask {
  readonly tenant: number;
  readonly bot: string;
  readonly cause: RunCause;
  /** JSON of the input as the handler gets it. */
  readonly inputJson: string;
  /** Versioned reference of the input, or its content type: for the record. */
  readonly inputLabel: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** Reference of who asked. */
  readonly requester: string;
  readonly traceId: string;
  readonly idempotencyKey: string;
  readonly attempt: number;
  /** Seconds after which the run ends, if the bot's own limit does not end it before. */
  readonly limitSeconds?: number;
  /** How many bots stand behind what set this run off. */
  readonly depth: number;
  readonly subscription?: string;
  readonly number?: number;
}
