import type { Bot, Parameters } from '@medplum/fhirtypes';
import { forbidden } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { BotToken } from '../bot-host.ts';
import { listBotRuns } from '../bot-run.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';

/** `Bot/:id/$runs`: the newest executions with their logs, for those who may update the Bot. */
export async function runs<T extends BotToken>(
  { database }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  if (request.grant.ruleSets.some((rules) => rules.rulesFor('Bot', 'update').length === 0)) {
    throw forbidden('interaction-denied', 'You may not read the runs of a Bot');
  }
  const list = await listBotRuns(database, request.context.tenant, bot.id);
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: list.map((run) => ({
      name: 'run',
      part: [
        { name: 'id', valueString: run.run },
        { name: 'state', valueCode: run.state },
        { name: 'cause', valueCode: run.cause },
        { name: 'started', valueInstant: run.started_at.toISOString() },
        { name: 'duration', valueQuantity: { value: Math.round(run.duration_ms * 10) / 10, unit: 'ms' } },
        { name: 'input', valueString: run.input },
        { name: 'requester', valueReference: { reference: run.requester } },
        { name: 'code-version', valueInteger: run.code_version },
        { name: 'attempt', valueInteger: run.attempt },
        { name: 'idempotency-key', valueString: run.idempotency_key },
        ...(run.error === null ? [] : [{ name: 'error', valueString: run.error }]),
        ...(run.log === '' ? [] : [{ name: 'log', valueString: run.log }]),
      ],
    })),
  };
  return { resource };
}
