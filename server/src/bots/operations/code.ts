import { notFound } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { readBotCode } from '../bot-code.ts';
import type { BotToken } from '../bot-token.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { updatableBot } from './may-update-bots.ts';

/** `Bot/:id/$code?version=`: the source of a version, for those who may update the Bot. */
export async function readCode<T extends BotToken>(
  { database }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await updatableBot(request, 'read the code');
  const text = request.query.get('version');
  const version = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  const code = await readBotCode(database, { tenant: request.context.tenant, bot: bot.id }, version);
  if (code === undefined) {
    throw notFound();
  }
  return { raw: { contentType: 'text/plain; charset=utf-8', body: code.source } };
}
