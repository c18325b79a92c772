import type { SearchParameter } from '@medplum/fhirtypes';

/** What search and indexing need of a SearchParameter. @see https://hl7.org/fhir/R4/searchparameter.html */
export interface SearchParameterInfo {
  readonly url: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: SearchParameter['type'];
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
}

/** Takes from a SearchParameter what search needs. */
export function packSearchParameter(parameter: SearchParameter): SearchParameterInfo {
  const component = parameter.component?.map((c) => ({
    definition: c.definition as string,
    expression: c.expression as string,
  }));
  return {
    url: parameter.url as string,
    code: parameter.code as string,
    base: (parameter.base ?? []) as string[],
    type: parameter.type,
    ...(parameter.expression && { expression: parameter.expression }),
    ...(parameter.target && { target: parameter.target as string[] }),
    ...(component && { component }),
  };
}
