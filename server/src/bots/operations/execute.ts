import { Operator } from '@medplum/core';
import type { Bot, Resource } from '@medplum/fhirtypes';
import { FhirError, invalid, notFound, outcomeOf } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { BotToken } from '../bot-token.ts';
import type { RunOutcome } from '../sandbox/protocol.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';

const HL7_V2 = 'x-application/hl7-v2+er7';
/** Headers of the request that a bot is not shown. */
const HIDDEN = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** `Bot/:id/$execute` and `Bot/$execute?identifier=`: runs a bot that the caller may read, on a body of any type. */
export async function execute<T extends BotToken>(
  { host }: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const bot = await botOf(request);
  const contentType = request.contentType ?? 'application/json';
  const given = request.headers['x-idempotency-key'] ?? request.headers['idempotency-key'];
  const outcome = await host.run({
    tenant: request.context.tenant,
    bot: bot.id,
    cause: 'execute',
    inputJson: JSON.stringify(inputOf(request)) ?? 'null',
    inputLabel: contentType,
    contentType,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HIDDEN.has(name.toLowerCase()))),
    requester: request.context.author,
    traceId: request.context.requestId,
    idempotencyKey: typeof given === 'string' ? given : request.context.requestId,
    attempt: 1,
    depth: request.context.depth,
  });
  return answerOf(outcome, contentType);
}

async function botOf(request: OperationRequest): Promise<Bot & { id: string }> {
  if (request.id !== undefined) {
    return request.repository.readResource<Bot>('Bot', request.id);
  }
  const identifier = request.query.get('identifier');
  if (identifier === null || identifier === '') {
    throw invalid('execute-identifier', 'Bot/$execute needs the parameter identifier');
  }
  const filters = [{ code: 'identifier', operator: Operator.EQUALS, value: identifier }];
  const [bot] = await request.repository.searchResources<Bot>({ resourceType: 'Bot', filters, count: 1 });
  if (bot === undefined) {
    throw notFound();
  }
  return bot;
}

/** JSON as it was parsed, text as text, other bytes as base64; the query when there is no body. */
function inputOf(request: OperationRequest): unknown {
  const { body, contentType = '' } = request;
  if (body === undefined) {
    return Object.fromEntries([...request.query].filter(([name]) => name !== 'identifier'));
  }
  if (!(body instanceof Uint8Array)) {
    return body;
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return /text|json|xml|hl7|urlencoded|csv/i.test(contentType) ? bytes.toString('utf8') : bytes.toString('base64');
}

function answerOf(outcome: RunOutcome, contentType: string): OperationResponse {
  if (outcome.state !== 'succeeded') {
    const text = outcome.error ?? 'The bot failed';
    throw new FhirError(outcome.state === 'failed' ? 400 : 422, [
      { severity: 'error', code: 'processing', key: `bot-${outcome.state}`, text },
    ]);
  }
  const result: unknown = outcome.output === undefined ? undefined : JSON.parse(outcome.output);
  if (result === undefined || result === null) {
    return { resource: outcomeOf([{ severity: 'information', code: 'informational', key: 'ok', text: 'All OK' }]) };
  }
  if (typeof result === 'string') {
    return { raw: { contentType: contentType === HL7_V2 ? HL7_V2 : 'text/plain; charset=utf-8', body: result } };
  }
  if (typeof result === 'object' && 'resourceType' in result) {
    return { resource: result as Resource };
  }
  return { raw: { contentType: 'application/json; charset=utf-8', body: JSON.stringify(result) } };
}
