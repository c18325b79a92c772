import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes';
import { outcomeOf, type StoredResource } from '../../fhir/index.ts';
import type { Exchange } from '../exchange.ts';
import { type FhirAnswer, preferences } from '../fhir-request.ts';

/**
 * The answer to a write whose caller wants an OperationOutcome (`Prefer: return=OperationOutcome`): with everything
 * that `$validate` has to say of what was stored, such as a unit that is no UCUM code. What did not stop the write is a
 * warning. Other answers stay as they are.
 * @see https://hl7.org/fhir/R4/http.html#ops
 */
export async function withFindings(
  exchange: Exchange,
  stored: StoredResource,
  answer: FhirAnswer,
): Promise<FhirAnswer> {
  if (preferences(exchange.request.headers).return !== 'OperationOutcome') {
    return answer;
  }
  const text = answer.status === 201 ? 'Created' : 'Updated';
  const { issue, ...outcome } = outcomeOf([{ severity: 'information', code: 'informational', text }]);
  return { ...answer, body: JSON.stringify({ ...outcome, issue: [...issue, ...(await findings(exchange, stored))] }) };
}

async function findings(exchange: Exchange, stored: StoredResource): Promise<OperationOutcomeIssue[]> {
  const { services, context, grant, repository, request } = exchange;
  const validate = services.operations.find(({ name, level }) => name === '$validate' && level === 'type');
  const { headers } = request;
  const answer = await validate?.handle({
    context,
    grant,
    repository,
    method: 'POST',
    resourceType: stored.type,
    query: new URLSearchParams(),
    body: JSON.parse(stored.json),
    headers,
  });
  const outcome = answer?.resource as OperationOutcome | undefined;
  return (outcome?.issue ?? [])
    .filter(({ severity }) => severity !== 'information')
    .map((issue) => ({ ...issue, severity: 'warning' }));
}
