import type { Parameters } from '@medplum/fhirtypes';
import { invalid } from '../../fhir/index.ts';
import type { OperationRequest } from '../../repository/index.ts';

/** An event number from the query or the Parameters in the body. @throws FhirError 400 */
export function numberParameter(request: OperationRequest, name: string): number | undefined {
  const parameters = (request.body as Parameters | undefined)?.parameter ?? [];
  const inBody = parameters.find((parameter) => parameter.name === name);
  const text = request.query.get(name) ?? inBody?.valueString ?? inBody?.valueInteger?.toString();
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,15}$/.test(text)) {
    throw invalid('event-number', `${name} is not a number of an event`);
  }
  return Number(text);
}
