import { outcomeOf } from '../fhir/index.ts';
import type { JobQueue, JobTicket, OperationResponse } from '../repository/index.ts';

/** Seconds after which a caller with a job of the kind under way may ask again. */
const BUSY_SECONDS = 30;

/** Hands work to the background: 202 with the address of its status, or 429 while another job of the caller is under way. */
export async function kickOff(queue: JobQueue, ticket: JobTicket): Promise<OperationResponse> {
  const status = await queue.enqueue(ticket);
  if (status === undefined) {
    const text = `Another ${ticket.kind} of yours is under way; wait for it or cancel it`;
    return {
      status: 429,
      headers: { 'Retry-After': String(BUSY_SECONDS) },
      resource: outcomeOf([{ severity: 'error', code: 'throttled', key: 'job-open', text }]),
    };
  }
  return {
    status: 202,
    headers: { 'Content-Location': status },
    resource: outcomeOf([{ severity: 'information', code: 'informational', text: 'Accepted; see Content-Location' }]),
  };
}
