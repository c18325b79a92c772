import type { ElementDefinitionSlicingDiscriminator } from '@medplum/fhirtypes';
import { matchesFixed, matchesPattern } from './matches-pattern.ts';
import type { ProfileNode } from './profile-tree.ts';

/** A value of a sliced element, with its type. */
export interface SlicedValue {
  readonly value: unknown;
  readonly type: string;
}

/** What matching needs besides the value. */
export interface SliceContext {
  /** Root of the profile an element's type must conform to, if it is loaded. */
  profileRoot(url: string): ProfileNode | undefined;
  /** Does the value conform to the profile? */
  conforms(value: unknown, type: string, url: string): boolean;
  /** Resource type of what a reference points to, when its text tells. */
  targetType(value: unknown): string | undefined;
}

/** Does a value belong to a slice? All discriminators must say so. @see https://hl7.org/fhir/R4/profiling.html#discriminator */
export function belongsTo(
  item: SlicedValue,
  slice: ProfileNode,
  discriminators: readonly ElementDefinitionSlicingDiscriminator[],
  context: SliceContext,
): boolean {
  if (discriminators.length === 0) {
    return slice.types.length > 0 && slice.types.some((type) => type.code === item.type);
  }
  return discriminators.every((discriminator) => discriminates(item, slice, discriminator, context));
}

function discriminates(
  item: SlicedValue,
  slice: ProfileNode,
  { type, path }: ElementDefinitionSlicingDiscriminator,
  context: SliceContext,
): boolean {
  const steps = stepsOf(path ?? '$this');
  const nodes = nodesAt(slice, steps, context);
  const [node] = nodes;
  const values = valuesAt(item.value, steps);
  switch (type) {
    case 'value':
    case 'pattern':
      return nodes.some((one) => values.some((value) => agrees(value, one)));
    case 'exists':
      return (node?.max === 0) === (values.length === 0);
    case 'type': {
      const found = steps.length === 0 ? item.type : resourceTypeOf(values[0]);
      const wanted = (node ?? slice).types;
      return steps.includes('resolve()')
        ? wanted.some((t) =>
            t.targets.some((url) =>
              url.endsWith(`/${context.targetType(valuesAt(item.value, steps.slice(0, -1))[0])}`),
            ),
          )
        : wanted.some((t) => t.code === found);
    }
    case 'profile':
      return (node ?? slice).types.some((t) =>
        t.profiles.some((url) => values.some((v) => context.conforms(v, t.code, url))),
      );
    default:
      return false;
  }
}

function stepsOf(path: string): string[] {
  return path === '$this' ? [] : path.replace(/^\$this\./, '').split(/\.(?![^(]*\))/);
}

/**
 * The elements of a slice that a discriminator's path leads to, through the profiles of its types: several where the way
 * leads through slices of its own that must be there.
 */
function nodesAt(slice: ProfileNode, steps: readonly string[], context: SliceContext): readonly ProfileNode[] {
  let nodes: readonly ProfileNode[] = [slice];
  for (const step of steps.filter((one) => one !== 'resolve()')) {
    const name = /^extension\('([^']*)'\)$/.exec(step)?.[1];
    nodes = nodes
      .map((node) => (name === undefined ? childOf(node, step, context) : extensionNode(node, name)))
      .filter((node) => node !== undefined)
      .flatMap(withRequiredSlices);
  }
  return nodes;
}

function withRequiredSlices(node: ProfileNode): readonly ProfileNode[] {
  const required = node.slices.filter(({ min }) => min > 0);
  return required.length > 0 ? required : [node];
}

function childOf(node: ProfileNode, step: string, context: SliceContext): ProfileNode | undefined {
  const own = node.children.find((child) => child.name === step);
  if (
    own &&
    (own.fixed || own.pattern || own.binding || own.children.length > 0 || own.slices.length > 0 || own.max === 0)
  ) {
    return own;
  }
  const implied = impliedChild(node, step);
  if (implied) {
    return implied;
  }
  for (const { profiles } of node.types) {
    for (const url of profiles) {
      const root = context.profileRoot(url);
      const found = root?.children.find((child) => child.name === step);
      if (found) {
        return found;
      }
      if (step === 'url') {
        return { ...node, name: 'url', fixed: { value: url.split('|')[0] }, children: [], slices: [] };
      }
    }
  }
  return own;
}

/** A fixed value or pattern above fixes what is below. */
function impliedChild(node: ProfileNode, step: string): ProfileNode | undefined {
  const given = (node.pattern ?? node.fixed)?.value;
  const value = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)[step] : undefined;
  return value === undefined
    ? undefined
    : { ...node, name: step, fixed: undefined, pattern: { value: Array.isArray(value) ? value[0] : value } };
}

function extensionNode(node: ProfileNode, url: string): ProfileNode | undefined {
  const extensions = node.children.find((child) => child.name === 'extension');
  return extensions?.slices.find((slice) => slice.types.some((t) => t.profiles.includes(url)));
}

function agrees(value: unknown, node: ProfileNode): boolean {
  if (node.fixed) {
    return matchesFixed(value, node.fixed.value);
  }
  if (node.pattern) {
    return matchesPattern(value, node.pattern.value);
  }
  const inner = node.children.filter((child) => child.fixed || child.pattern || child.children.length > 0);
  return (
    inner.length > 0 && inner.every((child) => valuesAt(value, [child.name]).some((below) => agrees(below, child)))
  );
}

function valuesAt(value: unknown, steps: readonly string[]): unknown[] {
  let values: unknown[] = [value];
  for (const step of steps) {
    if (step === 'resolve()') {
      continue;
    }
    const url = /^extension\('([^']*)'\)$/.exec(step)?.[1];
    const name = url === undefined ? step : 'extension';
    values = values.flatMap((item) => memberOf(item, name));
    values = url === undefined ? values : values.filter((item) => (item as { url?: unknown }).url === url);
  }
  return values;
}

function memberOf(item: unknown, name: string): unknown[] {
  if (typeof item !== 'object' || item === null) {
    return [];
  }
  const record = item as Record<string, unknown>;
  const key = Object.hasOwn(record, name)
    ? name
    : name === 'value'
      ? Object.keys(record).find((k) => /^value[A-Z]/.test(k))
      : undefined;
  const value = key === undefined ? undefined : record[key];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function resourceTypeOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'resourceType' in value
    ? String(value.resourceType)
    : undefined;
}
