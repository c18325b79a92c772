import type { Parameters } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid, notFound } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { BotToken } from '../bot-token.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { updatableBot } from './may-update-bots.ts';
import { milliseconds } from './run-parts.ts';

const parametersSchema = z.object({
  parameter: z.array(
    z.object({ name: z.string(), valueString: z.string().optional(), valueInteger: z.number().optional() }),
  ),
});

/** A parameter from the query or from the Parameters in the body. */
function given(request: OperationRequest, name: string): string | undefined {
  const inQuery = request.query.get(name);
  const body = parametersSchema.safeParse(request.body);
  const inBody = body.data?.parameter.find((parameter) => parameter.name === name);
  return inQuery ?? inBody?.valueString ?? inBody?.valueInteger?.toString();
}

/**
 * `Bot/:id/$replay?run=&version=&models=`: makes a recorded run again from its recording, with the code it had then or with another
 * version; `models=live` asks the model anew. Says whether it did exactly the same, and where it did not; nothing is written. For
 * those who may update the Bot.
 */
export async function replay<T extends BotToken>(
  { host }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await updatableBot(request, 'replay the runs');
  const run = given(request, 'run');
  const version = given(request, 'version');
  const models = given(request, 'models') ?? 'recorded';
  if (run === undefined || !/^\d{0,9}$/.test(version ?? '') || !/^(?:recorded|live)$/.test(models)) {
    const text = '$replay needs the id of a run, and may name a version of the code, and models=live';
    throw invalid('replay-run', text);
  }
  const key = { tenant: request.context.tenant, bot: bot.id, run };
  const found = await host.replay(key, {
    ...(version && { version: Number(version) }),
    liveModels: models === 'live',
  });
  if (found === undefined) {
    throw notFound();
  }
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'equal', valueBoolean: found.differences.length === 0 },
      { name: 'code-version', valueInteger: found.codeVersion },
      { name: 'state', valueCode: found.outcome.state },
      { name: 'duration', valueQuantity: milliseconds(found.outcome.durationMs) },
      ...found.differences.map((text) => ({ name: 'difference', valueString: text.slice(0, 1000) })),
    ],
  };
  return { resource };
}
