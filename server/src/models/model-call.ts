import type { Queryable } from '../database/index.ts';
import type { ReplyKind } from './model-reply.ts';

/** The record of one call: what was asked for, by whom, what it cost; never what the prompt said. */
export interface ModelCall {
  readonly tenant: number;
  readonly call: string;
  readonly requester: string;
  /** Id of the bot's run that asked. */
  readonly run?: string;
  readonly purpose: string;
  readonly promptId: string;
  readonly promptVersion: string;
  /** Lower-case hex SHA-256 of everything the model saw. */
  readonly promptSha256: string;
  readonly modelAsked: string;
  readonly modelReturned?: string;
  readonly providerId?: string;
  readonly stopReason?: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly outcome: ReplyKind;
  /** Which elements of which versions the prompt showed, as far as its author said. */
  readonly manifest: readonly { readonly reference: string; readonly fields?: readonly string[] }[];
  /** In US dollars; undefined where the price of the model is not set. */
  readonly costUsd?: number;
  /** What the model was asked with beside its prompt. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** How often the call was sent again. */
  readonly retries: number;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Records a call. */
export async function recordModelCall(database: Queryable, call: ModelCall): Promise<void> {
  await database.query({
    name: 'model:record-call',
    text: `INSERT INTO model_call (tenant, call, requester, purpose, prompt_id, prompt_version, prompt_sha256, model_asked,
        model_returned, provider_id, stop_reason, input_tokens, output_tokens, outcome, started_at, duration_ms, run, manifest,
        cost_usd, parameters, retries)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    values: [
      ...[call.tenant, call.call, call.requester, call.purpose, call.promptId, call.promptVersion, call.promptSha256],
      ...[call.modelAsked, call.modelReturned ?? null, call.providerId ?? null, call.stopReason ?? null],
      ...[call.inputTokens, call.outputTokens, call.outcome, call.startedAt, call.durationMs, call.run ?? null],
      ...[JSON.stringify(call.manifest), call.costUsd ?? null, JSON.stringify(call.parameters), call.retries],
    ],
  });
}

/** Tokens that a tenant has used since an instant. */
export async function tokensUsed(database: Queryable, tenant: number, since: Date): Promise<number> {
  const [row] = await database.query<{ tokens: number }>({
    name: 'model:tokens-used',
    text: `SELECT coalesce(sum(input_tokens + output_tokens), 0)::int8 AS tokens FROM model_call
      WHERE tenant = $1 AND started_at >= $2`,
    values: [tenant, since],
  });
  return row?.tokens ?? 0;
}
