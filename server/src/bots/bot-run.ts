import type { Queryable } from '../database/index.ts';
import { cassetteValues } from './bot-cassette.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

/** Why a bot runs. */
export type RunCause = 'subscription' | 'execute' | 'cron';

/** The record of one execution of a bot. */
export interface BotRun {
  readonly tenant: number;
  readonly run: string;
  readonly bot: string;
  readonly codeVersion: number;
  readonly cause: RunCause;
  readonly requester: string;
  /** The same for every attempt of one event. */
  readonly idempotencyKey: string;
  readonly subscription?: string;
  readonly number?: number;
  /** Versioned reference or content type of the input: never the input itself. */
  readonly input: string;
  readonly attempt: number;
  readonly startedAt: Date;
  readonly outcome: RunOutcome;
  /** The bot's event without secrets, when the run got that far. */
  readonly event?: string;
}

/** Records an execution, with its recording when there is one, in one statement. */
export async function recordBotRun(database: Queryable, run: BotRun): Promise<void> {
  await database.query({
    name: 'bot:record-run',
    text: `WITH cassette AS (
        INSERT INTO bot_cassette (tenant, run, recorded_at, event, recording, output, output_sha256)
        SELECT $1, $2, now(), $17::text, $18::text, $19::text, $20::text WHERE $18::text IS NOT NULL)
      INSERT INTO bot_run (tenant, run, bot, code_version, cause, requester, idempotency_key, subscription, number, input,
        attempt, state, started_at, duration_ms, error, log)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    values: [
      ...[run.tenant, run.run, run.bot, run.codeVersion, run.cause, run.requester, run.idempotencyKey],
      ...[run.subscription ?? null, run.number ?? null, run.input, run.attempt, run.outcome.state, run.startedAt],
      ...[run.outcome.durationMs, clean(run.outcome.error), clean(run.outcome.log)],
      ...cassetteValues(run.event, run.outcome.recording, run.outcome.output),
    ],
  });
}

/** PostgreSQL text holds no NUL. */
function clean(text: string | undefined): string | null {
  return text?.replaceAll('\0', '\ufffd') ?? null;
}

/** A recorded execution as lists show it. */
export interface BotRunRow {
  readonly run: string;
  readonly code_version: number;
  readonly cause: RunCause;
  readonly requester: string;
  readonly idempotency_key: string;
  readonly input: string;
  readonly attempt: number;
  readonly state: RunOutcome['state'];
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly error: string | null;
  readonly log: string;
}

/** The newest executions of a bot, at most 100. */
export function listBotRuns(database: Queryable, tenant: number, bot: string): Promise<BotRunRow[]> {
  return database.query<BotRunRow>({
    name: 'bot:list-runs',
    text: `SELECT run, code_version, cause, requester, idempotency_key, input, attempt, state, started_at, duration_ms, error, log
      FROM bot_run WHERE tenant = $1 AND bot = $2 ORDER BY started_at DESC LIMIT 100`,
    values: [tenant, bot],
  });
}
