import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';

/** Parts of a parameter by name, with their values whatever their type. */
export interface Parts {
  readonly text: (name: string) => string | undefined;
  readonly number: (name: string) => number | undefined;
  readonly reference: (name: string) => { readonly reference?: string; readonly display?: string } | undefined;
  readonly flag: (name: string) => boolean;
  readonly all: (name: string) => readonly Parts[];
  readonly texts: (name: string) => readonly string[];
}

function textOf(one: ParametersParameter | undefined): string | undefined {
  return one?.valueString ?? one?.valueCode ?? one?.valueInstant ?? one?.valueReference?.reference;
}

/** Reads a list of parameters; what is missing is undefined. */
export function partsOf(list: readonly ParametersParameter[] | undefined): Parts {
  const first = (name: string): ParametersParameter | undefined => list?.find((one) => one.name === name);
  const named = (name: string): ParametersParameter[] => (list ?? []).filter((one) => one.name === name);
  return {
    text: (name) => textOf(first(name)),
    number: (name) => first(name)?.valueInteger ?? first(name)?.valueDecimal ?? first(name)?.valueQuantity?.value,
    reference: (name) => first(name)?.valueReference,
    flag: (name) => first(name)?.valueBoolean === true,
    all: (name) => named(name).map((one) => partsOf(one.part)),
    texts: (name) => named(name).flatMap((one) => textOf(one) ?? []),
  };
}

/** The same of a whole Parameters resource. */
export function parametersOf(parameters: Parameters): Parts {
  return partsOf(parameters.parameter);
}
