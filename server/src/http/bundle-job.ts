import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { AccessGrant } from '../access/index.ts';
import { FhirError, type RequestContext } from '../fhir/index.ts';
import type { JobHandler, JobResult, Repository, RunningJob } from '../repository/index.ts';
import { dispatch } from './dispatch.ts';
import type { FhirServices } from './exchange.ts';
import type { FhirAnswer } from './fhir-request.ts';
import { carryOutBundle } from './interactions/bundle.ts';
import { BUNDLE_JOB } from './interactions/defer-bundle.ts';
import { outcomeAnswer } from './outcome-answer.ts';

/** What carrying out a Bundle later needs from the house. */
export interface BundleJobOptions {
  readonly services: () => FhirServices;
  readonly repositoryFor: (context: RequestContext, grant: AccessGrant) => Repository;
}

const HEADERS = z.record(z.string(), z.string());
const ANSWER_FILE = 2;

/** The answer as the async pattern gives it: one entry with its status and resource. */
function answerText({ status, body }: FhirAnswer): string {
  const response = JSON.stringify({ status: `${status} ${STATUS_CODES[status] ?? ''}`.trim() });
  const resource = typeof body === 'string' && body !== '' ? `,"resource":${body}` : '';
  return `{"resourceType":"Bundle","type":"batch-response","entry":[{"response":${response}${resource}}]}`;
}

async function run({ services, repositoryFor }: BundleJobOptions, job: RunningJob): Promise<JobResult> {
  if (job.attempts > 1) {
    const text = 'The server stopped while this Bundle was under way; look at what was written before sending it again';
    throw new FhirError(500, [{ severity: 'error', code: 'incomplete', key: 'bundle-interrupted', text }]);
  }
  const input = await job.input(0);
  const { context, grant } = job;
  const house = services();
  const answer = await carryOutBundle({
    request: {
      method: 'POST',
      path: '',
      query: new URLSearchParams(),
      headers: HEADERS.parse(job.request),
      body: JSON.parse(input?.text ?? 'null') as unknown,
      contentType: 'application/fhir+json',
    },
    params: {},
    context,
    grant,
    repository: repositoryFor(context, grant),
    services: house,
    dispatch,
  }).catch((error: unknown) => outcomeAnswer(error, context.requestId, house.reportFailure));
  const chunk = { file: ANSWER_FILE, role: 'output', type: 'Bundle', lines: 1, text: answerText(answer) } as const;
  await job.save({ progress: { done: true }, label: 'done', chunks: [chunk] });
  return { transactionTime: house.clock().toISOString(), answer: ANSWER_FILE };
}

/**
 * Carries out Bundles whose callers do not wait. A Bundle is never carried out twice: one that was under way when its
 * process died is answered with an error that says so.
 */
export function bundleHandler(options: BundleJobOptions): JobHandler {
  return { kind: BUNDLE_JOB, run: (job) => run(options, job) };
}
