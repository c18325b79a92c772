import type { Queryable } from '../database/index.ts';
import { cassetteValues } from './bot-cassette.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

/** Why a bot runs. */
export type RunCause = 'subscription' | 'execute' | 'cron';

/** What is known of an execution when it starts. */
export interface StartedRun {
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
  /** When a run that has not ended must have died with its process. */
  readonly lostAfter: Date;
}

/** The record of one execution of a bot. */
export interface BotRun extends StartedRun {
  readonly outcome: RunOutcome;
  /** The bot's event without secrets, when the run got that far. */
  readonly event?: string;
}

/** An execution that has ended, for the audit. */
export interface FinishedRun extends StartedRun {
  readonly state: RunOutcome['state'];
  /** JSON of the input: patients are read off it, nothing else. */
  readonly inputJson: string;
}

const COLUMNS = `tenant, run, bot, code_version, cause, requester, idempotency_key, subscription, number, input, attempt,
  started_at, lost_after, state`;

function startValues(run: StartedRun, state: string): unknown[] {
  return [
    ...[run.tenant, run.run, run.bot, run.codeVersion, run.cause, run.requester, run.idempotencyKey],
    ...[run.subscription ?? null, run.number ?? null, run.input, run.attempt, run.startedAt, run.lostAfter, state],
  ];
}

/** Puts an execution on record while it goes on; one that has ended meanwhile stays as it is. */
export async function recordRunStart(database: Queryable, run: StartedRun): Promise<void> {
  await database.query({
    name: 'bot:record-start',
    text: `INSERT INTO bot_run (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      ON CONFLICT DO NOTHING`,
    values: startValues(run, 'running'),
  });
}

/** Records how an execution ended, with its recording when there is one, in one statement. */
export async function recordBotRun(database: Queryable, run: BotRun): Promise<void> {
  await database.query({
    name: 'bot:record-run',
    text: `WITH cassette AS (
        INSERT INTO bot_cassette (tenant, run, recorded_at, event, recording, output, output_sha256)
        SELECT $1, $2, now(), $18::text, $19::text, $20::text, $21::text WHERE $19::text IS NOT NULL)
      INSERT INTO bot_run (${COLUMNS}, duration_ms, error, log)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
      ON CONFLICT (tenant, run) DO UPDATE SET state = EXCLUDED.state, duration_ms = EXCLUDED.duration_ms,
        error = EXCLUDED.error, log = EXCLUDED.log, changed_at = now()`,
    values: [
      ...startValues(run, run.outcome.state),
      ...[run.outcome.durationMs, clean(run.outcome.error), clean(run.outcome.log)],
      ...cassetteValues(run.event, run.outcome.recording, run.outcome.output),
    ],
  });
}

/** PostgreSQL text holds no NUL. */
function clean(text: string | undefined): string | null {
  return text?.replaceAll('\0', '\ufffd') ?? null;
}
