import { invalid } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import type { Criterion, RowTest } from './query.ts';
import { splitEscaped } from './split.ts';

const MAX_VALUES = 500;

/** The values of one parameter, split at commas. */
export function valuesOf(code: string, value: string): string[] {
  const values = splitEscaped(value, ',').filter((part) => part !== '');
  if (values.length > MAX_VALUES) {
    throw invalid(
      'search-values',
      `Search parameter '${code}' takes at most ${MAX_VALUES} values, found ${values.length}`,
    );
  }
  return values;
}

/** Any of the criteria. */
export function anyOf(criteria: readonly Criterion[]): Criterion {
  return criteria.length === 1 ? (criteria[0] as Criterion) : { kind: 'or', criteria };
}

/** Some row of the parameter passes one of the tests; a test of not-equal is the opposite of some row being equal. */
export function rows(parameter: IndexedParameter, tests: readonly RowTest[]): Criterion {
  return { kind: 'rows', parameter, sources: parameter.sources, tests };
}

/** The criterion of a parameter that takes no modifier. @throws FhirError 400 where one is written. */
export function noModifier(code: string, modifier: string, criterion: Criterion): Criterion {
  if (modifier) {
    throw badModifier(code, modifier);
  }
  return criterion;
}

/** The same where `:not` is possible. */
export function negatable(modifier: string, code: string, criterion: Criterion): Criterion {
  return modifier === 'not' ? { kind: 'not', criterion } : noModifier(code, modifier, criterion);
}

/** 400 that names the parameter and the modifier that it does not have. */
export function badModifier(code: string, modifier: string): Error {
  return invalid('search-modifier', `Search parameter '${code}' has no modifier ':${modifier}'`);
}
