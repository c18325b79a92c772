import { OperationOutcomeError } from '@medplum/core';
import { FhirError, isFhirId } from '../fhir/index.ts';
import type { Exchange } from './exchange.ts';

/** Status by which the audit knows a refusal: of the caller's rights, or as if the instance had never been. */
const DENIALS: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/** An operation as the audit names it: what could be the name of none is somebody's text, which may not be storable. */
function operationName(given: string): string {
  return /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(given) ? `$${given}` : '$?';
}

/** Was it the audit store itself that failed? Then there is nowhere to record it. */
function isUnrecorded(error: unknown): boolean {
  return error instanceof FhirError && error.outcome.issue[0]?.details?.coding?.[0]?.code === 'audit-unavailable';
}

/**
 * Records an interaction that was refused or failed.
 * @throws FhirError 503 when that cannot be recorded.
 */
export async function recordFailure(exchange: Exchange, interaction: string, error: unknown): Promise<void> {
  if (isUnrecorded(error)) {
    return;
  }
  const { context, params, services } = exchange;
  const isRefusal = error instanceof OperationOutcomeError;
  const status = error instanceof FhirError ? error.status : isRefusal ? 400 : 500;
  const [type, given] = params.compartment ? [params.compartment, params.id] : [params.resourceType ?? '', params.id];
  const id = given !== undefined && isFhirId(given) ? given : '';
  const isDenial = DENIALS.has(status);
  await services.audit.record(context, {
    interaction: params.operation ? operationName(params.operation) : interaction,
    type,
    id,
    version: 0,
    outcome: status < 400 ? '0' : isRefusal && status < 500 ? '4' : '8',
    entries: 0,
    patients: type === 'Patient' && id !== '' ? [id] : [],
    detail: { status, ...(isDenial && { denied: true }) },
  });
}
