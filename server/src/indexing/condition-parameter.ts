import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import { type ElementTest, parseElementTest } from './element-test.ts';
import { parameterKey } from './keys.ts';
import type { IndexedParameter, StoredParameter } from './search-parameter.ts';

/** An expression that says yes or no of a resource. */
export interface Condition {
  readonly test: ElementTest;
  /** Elements of the resource that it looks at. */
  readonly elements: readonly string[];
}

/**
 * Reads an expression such as `Patient.deceased.exists() and Patient.deceased != false`; undefined for any other. It is
 * read as a condition on the resource, and costs no more than the length of it.
 */
export function conditionOf(definitions: Definitions, resourceType: string, expression: string): Condition | undefined {
  const known = definitions.type(resourceType)?.elements;
  const elements = new Set<string>();
  const parts = expression.split(/('(?:[^'\\]|\\.)*')/);
  const prefix = new RegExp(`\\b(?:${resourceType}|%resource)\\.(\\w+)`, 'g');
  const relative = parts.map((part) =>
    part.startsWith("'")
      ? part
      : part.replace(prefix, (_, name: string) => {
          elements.add(name);
          return name;
        }),
  );
  const test = parseElementTest(relative.join(''));
  const sound = elements.size > 0 && [...elements].every((name) => known?.has(name));
  return test && sound ? { test, elements: [...elements] } : undefined;
}

/** The token parameter of a condition: one row for each resource, `true` or `false`. */
export function conditionParameter(
  definitions: Definitions,
  resourceType: string,
  info: SearchParameterInfo,
): { readonly parameter: IndexedParameter; readonly stored: readonly StoredParameter[] } | undefined {
  const expression = info.expression ?? '';
  const condition = info.type === 'token' ? conditionOf(definitions, resourceType, expression) : undefined;
  if (!condition) {
    return undefined;
  }
  const name = `${resourceType}.${info.code}`;
  const key = parameterKey(name);
  return {
    parameter: {
      resourceType,
      code: info.code,
      url: info.url,
      kind: 'token',
      sources: [{ key }],
      multiple: false,
      targets: [],
      elements: condition.elements,
      jsonPaths: [],
      types: new Set(['boolean']),
      foldsCase: false,
      implicitSystem: 0,
      discriminated: false,
      contexts: [],
    },
    stored: [
      {
        resourceType,
        name,
        key,
        kind: 'token',
        paths: undefined,
        expression,
        custom: true,
        condition: condition.test,
      },
    ],
  };
}
