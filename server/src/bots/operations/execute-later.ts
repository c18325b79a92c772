import type { AsyncJob, Parameters } from '@medplum/fhirtypes';
import { z } from 'zod';
import { outcomeOf } from '../../fhir/index.ts';
import type { JobHandler, OperationRequest, OperationResponse, RunningJob } from '../../repository/index.ts';
import type { BotHost } from '../bot-host.ts';
import type { BotTask } from '../bot-task.ts';
import type { BotToken } from '../bot-token.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { runError } from './run-error.ts';

const KIND = 'bot-execute';
/** Runs that one caller may have in the background at once. */
const MOST = 20;
const ANSWER_FILE = 2;

const requestSchema = z.object({
  bot: z.string(),
  inputLabel: z.string(),
  contentType: z.string(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional()).optional(),
  idempotencyKey: z.string(),
  url: z.string(),
  requestTime: z.string(),
});

/** Hands a run to the background: 202 with the address of its status. @see https://hl7.org/fhir/R4/async.html */
export async function executeLater<T extends BotToken>(
  { jobs, fhirUrl, clock }: BotOperationsOptions<T>,
  { context, grant }: OperationRequest,
  task: BotTask,
): Promise<OperationResponse> {
  const url = `${fhirUrl}Bot/${task.bot}/$execute`;
  const { bot, inputLabel, contentType, headers, idempotencyKey } = task;
  const kept = { bot, inputLabel, contentType, headers, idempotencyKey, url, requestTime: clock().toISOString() };
  const status = await jobs().enqueue({
    kind: KIND,
    context,
    grant,
    url,
    request: kept satisfies z.input<typeof requestSchema>,
    input: [{ file: 1, role: 'input', type: 'Bot', lines: 1, text: task.inputJson }],
    most: MOST,
  });
  if (status === undefined) {
    const text = `${MOST} runs of yours are under way in the background; wait for one of them`;
    const resource = outcomeOf([{ severity: 'error', code: 'throttled', key: 'job-open', text }]);
    return { status: 429, headers: { 'Retry-After': '10' }, resource };
  }
  const resource = outcomeOf([
    { severity: 'information', code: 'informational', text: 'Accepted; see Content-Location' },
  ]);
  return { status: 202, headers: { 'Content-Location': status }, resource };
}

/**
 * Makes runs whose callers do not wait. A run whose process died is made again under the same idempotency key.
 */
export function executeHandler<T extends BotToken>(host: BotHost<T>, clock: () => Date): JobHandler {
  return {
    kind: KIND,
    async run(job) {
      const request = requestSchema.parse(job.request);
      const outcome = await host.run(await taskOf(job, request));
      if (outcome.state !== 'succeeded') {
        throw runError(outcome);
      }
      const transactionTime = clock().toISOString();
      const answer: AsyncJob = {
        resourceType: 'AsyncJob',
        id: job.id,
        status: 'completed',
        requestTime: request.requestTime,
        transactionTime,
        request: request.url,
        output: outputOf(outcome.output),
      };
      const chunk = { file: ANSWER_FILE, role: 'output', type: 'AsyncJob', lines: 1 } as const;
      await job.save({ progress: {}, label: 'done', chunks: [{ ...chunk, text: JSON.stringify(answer) }] });
      return { transactionTime, answer: ANSWER_FILE };
    },
  };
}

async function taskOf(job: RunningJob, request: z.output<typeof requestSchema>): Promise<BotTask> {
  const { context, attempts } = job;
  const input = await job.input(0);
  return {
    tenant: context.tenant,
    bot: request.bot,
    cause: 'execute',
    inputJson: input?.text ?? 'null',
    inputLabel: request.inputLabel,
    contentType: request.contentType,
    headers: request.headers,
    requester: context.author,
    traceId: context.requestId,
    idempotencyKey: request.idempotencyKey,
    attempt: attempts,
    depth: context.depth,
  };
}

/** What the bot returned, as `AsyncJob.output` of Medplum carries it. */
function outputOf(json: string | undefined): Parameters {
  const value: unknown = json === undefined ? undefined : JSON.parse(json);
  const name = 'responseBody';
  const parameter =
    typeof value === 'boolean'
      ? { name, valueBoolean: value }
      : { name, valueString: typeof value === 'string' ? value : JSON.stringify(value) };
  return { resourceType: 'Parameters', ...(value !== undefined && value !== null && { parameter: [parameter] }) };
}
