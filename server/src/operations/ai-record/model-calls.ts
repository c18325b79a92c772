import type { Database } from '../../database/index.ts';
import type { RequestContext } from '../../fhir/index.ts';

/** One call of a model, as far as the record of an output tells of it. */
export interface RecordedModelCall {
  readonly purpose: string;
  readonly prompt: string;
  readonly promptSha256: string;
  readonly asked: string;
  readonly returned: string | null;
  readonly providerId: string | null;
  readonly stopReason: string | null;
  readonly outcome: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; null where the price is not set. */
  readonly costUsd: number | null;
  readonly parameters: string;
  readonly retries: number;
  readonly latencyMs: number;
}

/** The calls of models that a run has made so far. */
export async function modelCallsOf(database: Database, { tenant, run }: RequestContext): Promise<RecordedModelCall[]> {
  return run === undefined
    ? []
    : database.forTenant(tenant).query<RecordedModelCall & Record<string, unknown>>({
        name: 'ai:model-calls-of-run',
        text: `SELECT purpose, prompt_id || '/' || prompt_version AS prompt, prompt_sha256 AS "promptSha256",
            model_asked AS asked, model_returned AS returned, provider_id AS "providerId", stop_reason AS "stopReason",
            outcome, input_tokens AS "inputTokens", output_tokens AS "outputTokens", cost_usd AS "costUsd", parameters, retries, duration_ms AS "latencyMs"
          FROM model_call WHERE tenant = $1 AND run = $2 ORDER BY started_at`,
        values: [tenant, run],
      });
}
