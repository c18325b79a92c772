import type { Bot } from '@medplum/fhirtypes';
import { forbidden, notFound } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { readBotCode } from '../bot-code.ts';
import type { BotToken } from '../bot-host.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';

/** `Bot/:id/$code?version=`: the source of a version, for those who may update the Bot. */
export async function readCode<T extends BotToken>(
  { database }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  if (request.grant.ruleSets.some((rules) => rules.rulesFor('Bot', 'update').length === 0)) {
    throw forbidden('interaction-denied', 'You may not read the code of a Bot');
  }
  const text = request.query.get('version');
  const version = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  const code = await readBotCode(database, { tenant: request.context.tenant, bot: bot.id }, version);
  if (code === undefined) {
    throw notFound();
  }
  return { raw: { contentType: 'text/plain; charset=utf-8', body: code.source } };
}
