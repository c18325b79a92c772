import { z } from 'zod';
import { invalid } from '../../fhir/index.ts';
import type { OperationRequest } from '../../repository/index.ts';

const bodySchema = z.object({
  parameter: z.array(
    z.object({
      name: z.string(),
      valueString: z.string().optional(),
      valueCode: z.string().optional(),
      valueId: z.string().optional(),
      valueInteger: z.number().optional(),
    }),
  ),
});

/** Every value of a parameter in the query and in the Parameters of the body. */
export function parameterValues(request: OperationRequest, name: string): string[] {
  const body = bodySchema.safeParse(request.body);
  const inBody = (body.data?.parameter ?? []).filter((parameter) => parameter.name === name);
  const values = inBody.map((each) => each.valueString ?? each.valueCode ?? each.valueId ?? each.valueInteger);
  return [...request.query.getAll(name), ...values.filter((value) => value !== undefined).map(String)];
}

/** An event number. @throws FhirError 400 */
export function numberParameter(request: OperationRequest, name: string): number | undefined {
  const [text] = parameterValues(request, name);
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,15}$/.test(text)) {
    throw invalid('event-number', `${name} is not a number of an event`);
  }
  return Number(text);
}
