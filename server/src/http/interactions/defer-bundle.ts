import { outcomeOf } from '../../fhir/index.ts';
import { readBundle } from '../../repository/index.ts';
import type { Exchange } from '../exchange.ts';
import type { FhirAnswer } from '../fhir-request.ts';

/** Kind of the jobs that carry out Bundles. */
export const BUNDLE_JOB = 'bundle';

/** Headers of the request that still count when it is carried out. */
function keptHeaders({ headers }: Exchange['request']): Record<string, string> {
  const prefer = String(headers.prefer ?? '')
    .split(',')
    .filter((wish) => wish.trim() !== 'respond-async')
    .join(',');
  const medplum = headers['x-medplum'];
  return { ...(prefer !== '' && { prefer }), ...(typeof medplum === 'string' && { 'x-medplum': medplum }) };
}

/**
 * Hands a Bundle to the background: 202 with the address of its status.
 * @throws FhirError 400, 413 for what can be told at once.
 * @see https://hl7.org/fhir/R4/async.html
 */
export async function deferBundle(exchange: Exchange): Promise<FhirAnswer> {
  const { request, services, context, grant } = exchange;
  readBundle(request.body, services.maxBundleEntries);
  const status = await services.queue.enqueue({
    kind: BUNDLE_JOB,
    context,
    grant,
    url: services.fhirUrl,
    request: keptHeaders(request),
    input: [{ file: 1, role: 'input', type: 'Bundle', lines: 1, text: JSON.stringify(request.body) }],
  });
  if (status === undefined) {
    const text = 'Another Bundle of yours is under way in the background; wait for it or cancel it';
    return {
      status: 429,
      headers: { 'Retry-After': '10' },
      body: JSON.stringify(outcomeOf([{ severity: 'error', code: 'throttled', key: 'job-open', text }])),
    };
  }
  const text = 'Accepted; see Content-Location';
  return {
    status: 202,
    headers: { 'Content-Location': status },
    body: JSON.stringify(outcomeOf([{ severity: 'information', code: 'informational', text }])),
  };
}
