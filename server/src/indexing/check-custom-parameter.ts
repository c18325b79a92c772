import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import { conditionOf } from './condition-parameter.ts';
import { extendRegistry } from './custom-parameters.ts';
import { parsePaths, splitOutside } from './expression.ts';
import { parameterKey } from './keys.ts';
import type { ParameterRegistry } from './registry.ts';

/** What is wrong with a SearchParameter that a tenant writes, and where. */
export interface CustomParameterProblem {
  readonly key: string;
  readonly text: string;
  readonly expression: string;
}

const TYPES = ['token', 'string', 'date', 'reference', 'number', 'quantity', 'uri', 'composite'];
const CODE = /^[a-z][A-Za-z0-9-]{0,63}$/;
/** Parameters that every search has, beside those that start with an underscore. */
const RESERVED = new Set(['near']);
const MAX_EXPRESSION = 1000;
const MAX_ALTERNATIVES = 8;
const MAX_STEPS = 12;
const MAX_COMPONENTS = 5;
const SUPPORTED =
  "paths, ofType(T), as(T), where(…) with =, !=, in, exists(), and, or, where(resolve() is T), extension('url'), first(), [n], joined by |, and for tokens conditions such as Patient.deceased.exists() and Patient.deceased != false";

/**
 * Says why a SearchParameter cannot be used; an empty list when it can. Expressions are paths only: what they cost is
 * the length of the resource, whatever is written in them. `others` are the parameters that composites may name.
 */
export function checkCustomParameter(
  definitions: Definitions,
  registry: ParameterRegistry,
  info: SearchParameterInfo,
  others: readonly SearchParameterInfo[] = [],
): CustomParameterProblem[] {
  const form = [...problemsOfHead(definitions, info)];
  if (form.length > 0) {
    return form;
  }
  return [...problemsOfCode(definitions, registry, info), ...problemsOfExpression(definitions, registry, info, others)];
}

const problem = (expression: string, key: string, text: string): CustomParameterProblem => ({
  key: `search-parameter-${key}`,
  text,
  expression: `SearchParameter.${expression}`,
});

function* problemsOfHead(definitions: Definitions, info: SearchParameterInfo): Generator<CustomParameterProblem> {
  if (!TYPES.includes(info.type)) {
    yield problem('type', 'type', `type is '${info.type}', need one of ${TYPES.join(', ')}`);
  }
  if (!CODE.test(info.code) || RESERVED.has(info.code)) {
    yield problem('code', 'code', 'code needs a small letter, then letters, digits and hyphens, 64 at the most');
  }
  for (const base of info.base.filter((type) => !definitions.isResourceType(type))) {
    yield problem('base', 'base', `base names '${base.slice(0, 64)}', need concrete resource types of R4`);
  }
  if (info.base.length === 0) {
    yield problem('base', 'base', 'base is missing, need the resource types that it searches');
  }
  if (!info.expression) {
    yield problem('expression', 'expression', 'expression is missing');
  } else if (info.expression.length > MAX_EXPRESSION) {
    yield problem('expression', 'expression', `expression is longer than ${MAX_EXPRESSION} characters`);
  } else if (splitOutside(info.expression, '|').length > MAX_ALTERNATIVES) {
    yield problem('expression', 'expression', `expression has more than ${MAX_ALTERNATIVES} alternatives`);
  }
  const components = info.component?.length ?? 0;
  if (info.type === 'composite' && (components < 2 || components > MAX_COMPONENTS)) {
    yield problem('component', 'component', `a composite parameter needs 2 to ${MAX_COMPONENTS} components`);
  }
}

function* problemsOfCode(
  definitions: Definitions,
  registry: ParameterRegistry,
  info: SearchParameterInfo,
): Generator<CustomParameterProblem> {
  const taken = info.base.filter((type) => registry.of(type)?.parameters.has(info.code));
  if (taken.length > 0) {
    yield problem('code', 'collides', `code '${info.code}' is a search parameter of ${taken.join(', ')} already`);
  } else if (info.base.some((type) => standardKeys(definitions).has(parameterKey(`${type}.${info.code}`)))) {
    yield problem('code', 'collides', `code '${info.code}' has the key of another search parameter: choose another`);
  }
}

function* problemsOfExpression(
  definitions: Definitions,
  registry: ParameterRegistry,
  info: SearchParameterInfo,
  others: readonly SearchParameterInfo[],
): Generator<CustomParameterProblem> {
  const custom = [...others, info].map((one) => ({ info: one, complete: new Set<string>() }));
  const extended = extendRegistry(definitions, registry, custom);
  for (const type of info.base) {
    const paths = parsePaths(info.expression as string, type);
    if (!paths && info.type === 'token' && conditionOf(definitions, type, info.expression as string)) {
      continue;
    }
    const deep = paths?.some((path) => path.steps.length > MAX_STEPS);
    if (!paths || deep) {
      const text = deep ? `has more than ${MAX_STEPS} steps` : `is not understood: ${SUPPORTED} are`;
      yield problem('expression', 'expression', `expression ${text}`);
      return;
    }
    if (paths.length === 0) {
      yield problem('expression', 'expression', `expression says nothing of ${type}, which base names`);
    } else if (!extended.of(type)?.parameters.has(info.code)) {
      const what = info.type === 'composite' ? 'components of known type' : `elements that '${info.type}' searches`;
      yield problem('expression', 'expression', `expression leads to no ${what} in ${type}`);
    }
  }
}

const keysOf = new WeakMap<Definitions, ReadonlySet<number>>();

/** Keys of the rows of all standard parameters. */
function standardKeys(definitions: Definitions): ReadonlySet<number> {
  let keys = keysOf.get(definitions);
  if (!keys) {
    const names = definitions
      .searchParameters()
      .flatMap(({ base, code }) =>
        base
          .flatMap((type) => (definitions.isResourceType(type) ? [type] : definitions.resourceTypes()))
          .flatMap((type) => [`${type}.${code}`, `${type}.${code}:identifier`, `${type}._compartment`]),
      );
    keys = new Set(names.map(parameterKey));
    keysOf.set(definitions, keys);
  }
  return keys;
}
