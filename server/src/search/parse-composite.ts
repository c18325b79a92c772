import type { CompositeComponent, CompositeContext, IndexedParameter } from '../indexing/index.ts';
import type { ParseContext } from './parse-context.ts';
import type { Criterion, QuantityTest, RowsCriterion, TokenTest } from './query.ts';
import { splitEscaped } from './split.ts';
import { badValue, readValue } from './values.ts';

/** Reads one `value$value` of a composite parameter. @see https://hl7.org/fhir/R4/search.html#composite */
export function compositeValue(context: ParseContext, parameter: IndexedParameter, text: string): Criterion {
  const parts = splitEscaped(text, '$');
  const expected = parameter.contexts[0]?.components.length ?? 0;
  if (parts.length !== expected || parts.some((part) => part === '')) {
    throw badValue(parameter, `${expected} values joined by $`);
  }
  const contexts = parameter.contexts.map((place) => ({
    iterated: place.iterated,
    components: place.components.map((component, i) => componentCriterion(context, component, parts[i] as string)),
  }));
  const paired = parameter.contexts.map((place, i) => pair(place, contexts[i]?.components ?? []));
  if (paired.every((criterion) => criterion !== undefined)) {
    return merged(paired);
  }
  return { kind: 'composite', parameter, contexts };
}

/** The same condition on the rows of all contexts. */
function merged(paired: readonly RowsCriterion[]): RowsCriterion {
  const [first, ...others] = paired as [RowsCriterion, ...RowsCriterion[]];
  if (others.length === 0) {
    return first;
  }
  const test = first.tests[0] as QuantityTest;
  const keys = paired.flatMap((criterion) => (criterion.tests[0] as QuantityTest).codeSystem?.keys ?? []);
  const codeSystem = test.codeSystem && { ...test.codeSystem, keys };
  return {
    ...first,
    sources: paired.flatMap((criterion) => criterion.sources),
    tests: [{ ...test, ...(codeSystem && { codeSystem }) }],
  };
}

function componentCriterion(context: ParseContext, component: CompositeComponent, text: string): RowsCriterion {
  const { parameter, sources } = component;
  const test = readValue(parameter, text, context.baseUrl);
  return { kind: 'rows', parameter, sources, tests: [test.kind === 'date' ? context.near(test) : test] };
}

/** A code with its quantity is one condition on the quantity's rows, because these carry the code. */
function pair(place: CompositeContext, components: readonly RowsCriterion[]): RowsCriterion | undefined {
  const [token, quantity] = components;
  const [first, second] = place.components;
  const tokenTest = token?.tests[0] as TokenTest | undefined;
  const paired = second?.parameter.discriminated && tokenTest?.kind === 'token' && tokenTest.code !== undefined;
  if (!paired || !quantity || !first || components.length !== 2) {
    return undefined;
  }
  const { code, system } = tokenTest;
  const test: QuantityTest = {
    ...(quantity.tests[0] as QuantityTest),
    code,
    ...(system !== undefined && { codeSystem: { system, keys: first.sources.map((source) => source.key) } }),
  };
  return { ...quantity, tests: [test] };
}
