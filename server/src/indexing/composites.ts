import type { SearchParameterInfo } from '../definitions/index.ts';
import { parsePaths, pathText, splitOutside } from './expression.ts';
import type {
  CompositeComponent,
  CompositeContext,
  IndexedParameter,
  RowSource,
  StoredParameter,
} from './search-parameter.ts';

/** The elements in which composite parameters of a type look for their components. */
export interface ContextTable {
  /** Paths of those that repeat, such as `Observation.component`. */
  readonly iterated: ReadonlySet<string>;
  /** The property beside a quantity that holds its code, such as `code`; undefined when no composite pairs them. */
  discriminatorOf(path: string): string | undefined;
}

const isComposite = (info: SearchParameterInfo): boolean => info.type === 'composite' && !!info.component;

/** The contexts of a composite parameter, as paths. */
function contextPaths(info: SearchParameterInfo, resourceType: string): string[] {
  const paths = info.expression ? parsePaths(info.expression, resourceType) : undefined;
  return paths?.map((path) => path.text) ?? [];
}

/** The elements that a path goes through, without what narrows it. */
function elementsOf(info: SearchParameterInfo, resourceType: string): string[] {
  const paths = info.expression ? parsePaths(info.expression, resourceType) : undefined;
  return (paths ?? []).map(({ steps }) =>
    pathText(
      steps.filter(({ kind }) => kind === 'property'),
      resourceType,
    ),
  );
}

/** Collects the contexts of all composite parameters of a type. */
export function contextTable(resourceType: string, infos: readonly SearchParameterInfo[]): ContextTable {
  const iterated = new Set<string>();
  const discriminators = new Map<string, string>();
  for (const info of infos.filter(isComposite)) {
    for (const path of elementsOf(info, resourceType).filter((element) => element !== resourceType)) {
      iterated.add(path);
    }
    for (const path of contextPaths(info, resourceType)) {
      const [first, second] = info.component ?? [];
      const quantity = second?.expression.includes('ofType(Quantity)') && info.component?.length === 2;
      if (first && quantity && /^\w+$/.test(first.expression)) {
        discriminators.set(path, first.expression);
      }
    }
  }
  return {
    iterated,
    discriminatorOf(path) {
      const contexts = [...discriminators.keys()].filter((context) => path.startsWith(`${context}.`));
      const nearest = contexts.sort((a, b) => b.length - a.length)[0];
      const within = [...iterated].filter((context) => path.startsWith(`${context}.`));
      const other = within.some((context) => nearest !== undefined && context.length > nearest.length);
      return nearest !== undefined && !other ? discriminators.get(nearest) : undefined;
    },
  };
}

/** Resolves the composite parameters of a type to the rows of their components. */
export function* composites(
  resourceType: string,
  infos: readonly SearchParameterInfo[],
  parameters: ReadonlyMap<string, IndexedParameter>,
  stored: readonly StoredParameter[],
): Generator<IndexedParameter> {
  const byUrl = new Map([...parameters.values()].map((parameter) => [parameter.url, parameter]));
  for (const info of infos.filter(isComposite)) {
    const contexts = contextPaths(info, resourceType)
      .map((path) => contextOf(info, path, resourceType, byUrl, stored))
      .filter((context) => context !== undefined);
    const bare = parameters.get(info.code);
    if (bare && contexts.length > 0) {
      const elements = contexts.flatMap((context) => context.components.flatMap((c) => c.parameter.elements));
      yield { ...bare, kind: 'composite', elements: [...new Set(elements)], contexts };
    }
  }
}

function contextOf(
  info: SearchParameterInfo,
  path: string,
  resourceType: string,
  byUrl: ReadonlyMap<string, IndexedParameter>,
  stored: readonly StoredParameter[],
): CompositeContext | undefined {
  const components: CompositeComponent[] = [];
  for (const { definition, expression } of info.component ?? []) {
    const parameter = byUrl.get(definition);
    if (!parameter) {
      return undefined;
    }
    const within = !expression.startsWith('%resource');
    const exact = splitOutside(expression, '|')
      .map((part) => fullPath(part, within ? path : resourceType, resourceType))
      .map((full) => storedSource(full, parameter, stored));
    const all = exact.filter((source) => source !== undefined);
    const sources = all.length === exact.length ? [...new Map(all.map((s) => [s.key, s])).values()] : parameter.sources;
    components.push({ parameter, sources, within });
  }
  return { iterated: path !== resourceType, components };
}

function fullPath(expression: string, context: string, resourceType: string): string {
  const relative = expression.replace(/^%resource\./, '');
  const path = parsePaths(`${resourceType}.${relative}`, resourceType)?.[0];
  return path ? context + pathText(path.steps, '') : '';
}

/** The rows of the component's kind that are filled from exactly this path, or from it among others of its choice. */
function storedSource(
  path: string,
  parameter: IndexedParameter,
  stored: readonly StoredParameter[],
): RowSource | undefined {
  const candidates = stored.filter((s) => s.kind === parameter.kind && s.paths?.some((p) => matches(p.text, path)));
  const narrowest = candidates.sort((a, b) => (a.paths?.length ?? 0) - (b.paths?.length ?? 0))[0];
  return narrowest && { key: narrowest.key };
}

function matches(storedPath: string, wanted: string): boolean {
  return (
    storedPath.toLowerCase() === wanted.toLowerCase() ||
    wanted.toLowerCase().startsWith(`${storedPath.toLowerCase()}.oftype(`)
  );
}
