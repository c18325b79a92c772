import { parse as parseForm } from 'node:querystring';
import { Operator } from '@medplum/core';
import type { Bot, Resource } from '@medplum/fhirtypes';
import { invalid, notFound, outcomeOf } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { BotTask } from '../bot-task.ts';
import type { BotToken } from '../bot-token.ts';
import type { RunOutcome } from '../sandbox/protocol.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { executeLater } from './execute-later.ts';
import { runError } from './run-error.ts';

const HL7_V2 = 'x-application/hl7-v2+er7';
/** Headers of the request that a bot is not shown. */
const HIDDEN = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * `Bot/:id/$execute` and `Bot/$execute?identifier=`: runs a bot that the caller may read, on a body of any type. `Prefer: wait=5` ends
 * the run after five seconds, if its own limit does not end it before; `Prefer: respond-async` runs it in the background.
 */
export async function execute<T extends BotToken>(
  options: BotOperationsOptions<T>,
  request: OperationRequest,
): Promise<OperationResponse> {
  const task = taskOf(request, await botOf(request));
  const prefer = String(request.headers.prefer ?? '');
  if (/\brespond-async\b/.test(prefer)) {
    return executeLater(options, request, task);
  }
  const outcome = await options.host.run({ ...task, ...waitOf(prefer) });
  return answerOf(outcome, task.contentType);
}

/** The time that the caller is ready to wait. @see https://www.rfc-editor.org/rfc/rfc7240#section-4.3 */
function waitOf(prefer: string): Pick<BotTask, 'limitSeconds'> {
  const seconds = Number(/\bwait\s*=\s*(\d{1,4})\b/.exec(prefer)?.[1] ?? 0);
  return seconds > 0 ? { limitSeconds: seconds } : {};
}

function taskOf(request: OperationRequest, bot: { readonly id: string }): BotTask {
  const { context, contentType = 'application/json', headers } = request;
  const given = headers['x-idempotency-key'] ?? headers['idempotency-key'];
  return {
    tenant: context.tenant,
    bot: bot.id,
    cause: 'execute',
    inputJson: JSON.stringify(inputOf(request)) ?? 'null',
    inputLabel: contentType,
    contentType,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !HIDDEN.has(name.toLowerCase()))),
    requester: context.author,
    traceId: context.requestId,
    idempotencyKey: typeof given === 'string' ? given : context.requestId,
    attempt: 1,
    depth: context.depth,
  };
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

/** JSON as it was parsed, a form as its fields, text as text, other bytes as base64; the query when there is no body. */
function inputOf(request: OperationRequest): unknown {
  const { body, contentType = '' } = request;
  if (body === undefined) {
    return Object.fromEntries([...request.query].filter(([name]) => name !== 'identifier'));
  }
  if (!(body instanceof Uint8Array)) {
    return body;
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return { ...parseForm(bytes.toString('utf8')) };
  }
  return /text|json|xml|hl7|csv/i.test(contentType) ? bytes.toString('utf8') : bytes.toString('base64');
}

function answerOf(outcome: RunOutcome, contentType: string): OperationResponse {
  if (outcome.state !== 'succeeded') {
    throw runError(outcome);
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
