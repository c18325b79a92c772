import type { Definitions, SearchParameterInfo } from '../definitions/index.ts';
import { contextTable } from './composites.ts';
import { conditionParameter } from './condition-parameter.ts';
import { parsePaths, splitOutside } from './expression.ts';
import { parameterKey } from './keys.ts';
import { type Draft, draftOf, indexed } from './parameter-draft.ts';
import type { ParameterRegistry, TypeParameters } from './registry.ts';
import type { CompositeComponent, CompositeContext, IndexedParameter, StoredParameter } from './search-parameter.ts';
import { acceptsType } from './value-types.ts';

/** A SearchParameter that a tenant has written itself. */
export interface CustomParameter {
  readonly info: SearchParameterInfo;
  /** Types whose existing resources all have their rows already. */
  readonly complete: ReadonlySet<string>;
}

/**
 * The registry of a tenant with parameters of its own. They have rows of their own and change none of the others', so
 * that what is written already stays right while they are indexed.
 */
export function extendRegistry(
  definitions: Definitions,
  base: ParameterRegistry,
  custom: readonly CustomParameter[],
): ParameterRegistry {
  const byType = new Map<string, CustomParameter[]>();
  for (const parameter of custom) {
    for (const type of parameter.info.base) {
      byType.set(type, [...(byType.get(type) ?? []), parameter]);
    }
  }
  const known = new Map<string, TypeParameters>();
  return {
    of(resourceType) {
      const own = byType.get(resourceType);
      const type = known.get(resourceType) ?? base.of(resourceType);
      if (!own || !type || known.has(resourceType)) {
        return type;
      }
      const extended = extendType(definitions, type, own);
      known.set(resourceType, extended);
      return extended;
    },
  };
}

function extendType(
  definitions: Definitions,
  base: TypeParameters,
  custom: readonly CustomParameter[],
): TypeParameters {
  const { resourceType } = base;
  const parameters = new Map(base.parameters);
  const stored = [...base.stored];
  const plain = custom.filter(({ info }) => info.type !== 'composite');
  const add = ({ info, complete }: CustomParameter, made: Made | undefined): void => {
    if (made && !base.parameters.has(info.code)) {
      const incomplete = !complete.has(resourceType);
      parameters.set(info.code, { ...made.parameter, ...(incomplete && { incomplete }) });
      stored.push(...made.stored);
    }
  };
  for (const parameter of plain) {
    add(
      parameter,
      plainParameter(definitions, base, parameter.info) ??
        conditionParameter(definitions, resourceType, parameter.info),
    );
  }
  for (const parameter of custom.filter((one) => !plain.includes(one))) {
    add(parameter, compositeParameter(definitions, base, parameters, parameter.info));
  }
  return { ...base, parameters, stored };
}

/** A parameter and the groups of rows that belong to it. */
interface Made {
  readonly parameter: IndexedParameter;
  readonly stored: readonly StoredParameter[];
}

/** The draft, left with the types of values that its kind is searched by; undefined when nothing is left. */
function usableDraft(definitions: Definitions, resourceType: string, info: SearchParameterInfo): Draft | undefined {
  const draft = draftOf(definitions, resourceType, info);
  const typed = draft.typed.filter((path) => acceptsType(draft.kind, path.type));
  return draft.paths && typed.length > 0 ? { ...draft, typed } : undefined;
}

function plainParameter(definitions: Definitions, base: TypeParameters, info: SearchParameterInfo): Made | undefined {
  const draft = usableDraft(definitions, base.resourceType, info);
  return (
    draft && {
      parameter: indexed(definitions, base.resourceType, draft, [draft], base.contexts),
      stored: [storedOf(base.resourceType, draft)],
    }
  );
}

function storedOf(resourceType: string, { info, kind, paths }: Draft): StoredParameter {
  const name = `${resourceType}.${info.code}`;
  const expression = info.expression as string;
  return { resourceType, name, key: parameterKey(name), kind, paths, expression, custom: true };
}

/** A composite has rows for each of its components: their positions are those of the elements it repeats over. */
function compositeParameter(
  definitions: Definitions,
  base: TypeParameters,
  known: ReadonlyMap<string, IndexedParameter>,
  info: SearchParameterInfo,
): Made | undefined {
  const { resourceType } = base;
  const byUrl = new Map([...known.values()].map((parameter) => [parameter.url, parameter]));
  const { iterated } = contextTable(resourceType, [info]);
  const stored: StoredParameter[] = [];
  const contexts: CompositeContext[] = [];
  for (const [place, { text: path }] of (parsePaths(info.expression ?? '', resourceType) ?? []).entries()) {
    const components: CompositeComponent[] = [];
    for (const [number, component] of (info.component ?? []).entries()) {
      const kind = byUrl.get(component.definition)?.kind;
      const within = !component.expression.startsWith('%resource');
      const code = `${info.code}$${place}.${number}`;
      const expression = componentExpression(component.expression, within ? path : resourceType);
      const draft =
        kind && kind !== 'composite' && kind !== 'special'
          ? usableDraft(definitions, resourceType, { ...info, code, type: kind, expression })
          : undefined;
      if (!draft) {
        return undefined;
      }
      const parameter = indexed(definitions, resourceType, draft, [draft], base.contexts);
      const sources = [{ key: parameterKey(`${resourceType}.${code}`) }];
      const plain = { ...parameter, sources, implicitSystem: 0, discriminated: false, multiple: true };
      components.push({ parameter: plain, sources, within });
      stored.push({ ...storedOf(resourceType, draft), iterated });
    }
    contexts.push({ iterated: path !== resourceType, components });
  }
  const [first] = contexts[0]?.components ?? [];
  if (!first) {
    return undefined;
  }
  const parts = contexts.flatMap(({ components }) => components.map(({ parameter }) => parameter));
  const parameter: IndexedParameter = {
    ...first.parameter,
    code: info.code,
    kind: 'composite',
    sources: [],
    elements: [...new Set(parts.flatMap((part) => part.elements))],
    jsonPaths: [...new Set(parts.flatMap((part) => part.jsonPaths))],
    contexts,
  };
  return { parameter, stored };
}

function componentExpression(expression: string, path: string): string {
  return splitOutside(expression, '|')
    .map((part) => `${path}.${part.replace(/^%resource\./, '')}`)
    .join(' | ');
}
