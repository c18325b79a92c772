import type { Bot, Parameters } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid, notFound } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { BotToken } from '../bot-host.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';

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
 * `Bot/:id/$replay?run=&version=`: makes a recorded run again, from its recording and nothing else, with the code it had then or with
 * another version. Says whether it did exactly the same, and where it did not; nothing is called and nothing is written. For
 * those who may update the Bot.
 */
export async function replay<T extends BotToken>(
  { host }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  if (request.grant.ruleSets.some((rules) => rules.rulesFor('Bot', 'update').length === 0)) {
    throw forbidden('interaction-denied', 'You may not replay the runs of a Bot');
  }
  const run = given(request, 'run');
  const version = given(request, 'version');
  if (run === undefined || (version !== undefined && !/^\d{1,9}$/.test(version))) {
    throw invalid('replay-run', '$replay needs the id of a run, and may name a version of the code');
  }
  const key = { tenant: request.context.tenant, bot: bot.id, run };
  const found = await host.replay(key, version === undefined ? undefined : Number(version));
  if (found === undefined) {
    throw notFound();
  }
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'equal', valueBoolean: found.differences.length === 0 },
      { name: 'code-version', valueInteger: found.codeVersion },
      { name: 'state', valueCode: found.outcome.state },
      { name: 'duration', valueQuantity: { value: Math.round(found.outcome.durationMs * 10) / 10, unit: 'ms' } },
      ...found.differences.map((text) => ({ name: 'difference', valueString: text.slice(0, 1000) })),
    ],
  };
  return { resource };
}
