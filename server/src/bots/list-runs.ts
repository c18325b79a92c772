import type { Database, Queryable } from '../database/index.ts';
import type { RunCause } from './bot-run.ts';
import type { RunOutcome } from './sandbox/protocol.ts';

/** How a run stands; `lost` when its process died. */
export type RunState = RunOutcome['state'] | 'running' | 'lost';

/** A recorded execution as lists show it. */
export interface BotRunRow {
  readonly run: string;
  readonly bot: string;
  readonly bot_name: string | null;
  readonly code_version: number;
  readonly cause: RunCause;
  readonly requester: string;
  readonly idempotency_key: string;
  readonly subscription: string | null;
  readonly number: number | null;
  readonly input: string;
  readonly attempt: number;
  readonly state: RunState;
  readonly started_at: Date;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly model_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly recorded: boolean;
}

/** Which executions are asked for. */
export interface RunFilter {
  readonly tenant: number;
  readonly bot?: string;
  readonly run?: string;
  readonly states?: readonly RunState[];
  readonly cause?: string;
  /** Only those that began or ended since. */
  readonly since?: Date;
  /** Only those older than this one. */
  readonly before?: { readonly startedAt: Date; readonly run: string };
  readonly limit: number;
}

/** An execution with what its bot logged. */
export type BotRunDetail = BotRunRow & { readonly log: string };

const STATE = `CASE WHEN r.state = 'running' AND r.lost_after < now() THEN 'lost' ELSE r.state END`;

/** Executions of bots, the newest first. */
export function listRuns(database: Database, filter: RunFilter): Promise<BotRunDetail[]> {
  return database.forTenant(filter.tenant).query<BotRunDetail>({
    name: 'bot:list-runs',
    text: `SELECT r.run, r.bot, b.content::json->>'name' AS bot_name, r.code_version, r.cause, r.requester, r.idempotency_key,
        r.subscription, r.number, r.input, r.attempt, ${STATE} AS state, r.started_at, r.duration_ms, r.error, r.log,
        m.calls AS model_calls, m.input_tokens, m.output_tokens,
        EXISTS (SELECT FROM bot_cassette c WHERE c.tenant = r.tenant AND c.run = r.run) AS recorded
      FROM bot_run r LEFT JOIN resource b ON b.tenant = r.tenant AND b.type = 'Bot' AND b.id = r.bot AND NOT b.deleted,
        LATERAL (SELECT count(*)::int4 AS calls, coalesce(sum(c.input_tokens), 0)::int4 AS input_tokens,
            coalesce(sum(c.output_tokens), 0)::int4 AS output_tokens
          FROM model_call c WHERE c.tenant = r.tenant AND c.run = r.run) m
      WHERE r.tenant = $1 AND ($2::text IS NULL OR r.bot = $2) AND ($3::text IS NULL OR r.run = $3)
        AND ($4::text[] IS NULL OR ${STATE} = ANY($4)) AND ($5::text IS NULL OR r.cause = $5)
        AND ($6::timestamptz IS NULL OR r.changed_at >= $6)
        AND ($7::timestamptz IS NULL OR (r.started_at, r.run) < ($7, $8::text))
      ORDER BY r.started_at DESC, r.run DESC LIMIT $9`,
    values: [
      ...[filter.tenant, filter.bot ?? null, filter.run ?? null, filter.states ?? null, filter.cause ?? null],
      ...[filter.since ?? null, filter.before?.startedAt ?? null, filter.before?.run ?? null, filter.limit],
    ],
  });
}

/** The time of the database, by which changes of runs are dated. */
export async function databaseTime(database: Queryable): Promise<Date> {
  const [row] = await database.query<{ now: Date }>({ name: 'bot:now', text: 'SELECT now() AS now', values: [] });
  return row?.now ?? new Date(0);
}
