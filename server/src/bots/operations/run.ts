import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import type { Database } from '../../database/index.ts';
import { invalid, notFound } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { readCassette } from '../bot-cassette.ts';
import type { BotToken } from '../bot-token.ts';
import { listRuns } from '../list-runs.ts';
import type { RecordedRun } from '../replay-run.ts';
import { runFacts } from '../run-facts.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { updatableBot } from './may-update-bots.ts';
import { runParts } from './run-parts.ts';

/** `Bot/:id/$run?run=`: the record of one execution: references and addresses, never what a record says. */
export async function run<T extends BotToken>(
  { database }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await updatableBot(request, 'see the runs');
  const id = request.query.get('run');
  if (id === null) {
    throw invalid('run-id', '$run needs the id of a run');
  }
  const key = { tenant: request.context.tenant, bot: bot.id, run: id };
  const [found] = await listRuns(database, { ...key, limit: 1 });
  if (found === undefined) {
    throw notFound();
  }
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      ...runParts(found),
      ...(found.log === '' ? [] : [{ name: 'log', valueString: found.log }]),
      ...(await recordedParts(database, key)),
      ...(await modelParts(database, key)),
    ],
  };
  return { resource, headers: { 'cache-control': 'no-store' } };
}

async function recordedParts(database: Database, key: RecordedRun): Promise<ParametersParameter[]> {
  const cassette = await readCassette(database, key);
  if (cassette === undefined) {
    return [];
  }
  const { startedAt, read, written, calls } = runFacts(cassette.recording);
  const references = (name: string, all: readonly string[]): ParametersParameter[] =>
    all.map((reference) => ({ name, valueReference: { reference } }));
  return [
    { name: 'clock', valueInstant: startedAt.toISOString() },
    ...references('read', read),
    ...references('written', written),
    ...calls.map(({ method, path, status }) => ({
      name: 'call',
      part: [
        { name: 'method', valueCode: method },
        { name: 'path', valueString: path },
        ...(status === undefined ? [] : [{ name: 'status', valueInteger: status }]),
      ],
    })),
  ];
}

interface ModelCallRow {
  readonly prompt_id: string;
  readonly prompt_version: string;
  readonly prompt_sha256: string;
  readonly model: string;
  readonly outcome: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

async function modelParts(database: Database, { tenant, run: id }: RecordedRun): Promise<ParametersParameter[]> {
  const rows = await database.query<ModelCallRow>({
    name: 'bot:model-calls',
    text: `SELECT prompt_id, prompt_version, prompt_sha256, coalesce(model_returned, model_asked) AS model, outcome, input_tokens,
        output_tokens FROM model_call WHERE tenant = $1 AND run = $2 ORDER BY started_at`,
    values: [tenant, id],
  });
  return rows.map((row) => ({
    name: 'model-call',
    part: [
      { name: 'prompt', valueString: row.prompt_id },
      { name: 'prompt-version', valueString: row.prompt_version },
      { name: 'prompt-sha256', valueString: row.prompt_sha256 },
      { name: 'model', valueString: row.model },
      { name: 'outcome', valueCode: row.outcome },
      { name: 'input-tokens', valueInteger: row.input_tokens },
      { name: 'output-tokens', valueInteger: row.output_tokens },
    ],
  }));
}
