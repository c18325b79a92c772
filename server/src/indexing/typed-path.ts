import type { Definitions, PropertyInfo } from '../definitions/index.ts';
import type { ElementTest } from './element-test.ts';
import type { ElementPath, Step } from './expression.ts';

/** A property on the way, with what must hold to go on. */
export interface Hop {
  readonly name: string;
  readonly array: boolean;
  /** FHIRPath up to here, such as `Observation.component`. */
  readonly path: string;
  readonly where?: ElementTest;
  /** Of all elements that lie here and pass, the one in this place. */
  readonly index?: number;
  /** Only resources of this type (contained or in a Bundle). */
  readonly resourceType?: string;
}

/** One way through JSON properties to values of one type. */
export interface TypedPath {
  readonly hops: readonly Hop[];
  readonly type: string;
  readonly leaf: PropertyInfo | undefined;
}

interface Walk {
  readonly hops: readonly Hop[];
  readonly type: string;
  readonly leaf: PropertyInfo | undefined;
}

/** Resolves an element path over the type table; a choice gives one way for each type it can have. */
export function typedPaths(definitions: Definitions, resourceType: string, path: ElementPath): TypedPath[] {
  let walks: Walk[] = [{ hops: [], type: resourceType, leaf: undefined }];
  let text = resourceType;
  for (const step of path.steps) {
    if (step.kind === 'property') {
      text += `.${step.name}`;
    }
    walks = walks.flatMap((walk) => advance(definitions, walk, step, text));
  }
  return walks;
}

function advance(definitions: Definitions, walk: Walk, step: Step, path: string): Walk[] {
  switch (step.kind) {
    case 'property':
      return propertiesOf(definitions, walk.type, step.name).map((property) => ({
        hops: [...walk.hops, { name: property.name, array: property.array, path }],
        type: property.type,
        leaf: property,
      }));
    case 'type':
      return ofType(definitions, walk, step.name);
    case 'where':
      return narrowed(walk, (element) => (element as Json | undefined)?.[step.property] === step.value);
    case 'filter':
      return narrowed(walk, step.test);
    default:
      return walk.hops.at(-1)?.index === undefined ? [changeLast(walk, { index: step.index })] : [];
  }
}

type Json = Record<string, unknown>;

/** Properties of an element: by its name, or by the JSON name of one type of a choice, such as `valueDateTime`. */
function propertiesOf(definitions: Definitions, type: string, name: string): readonly PropertyInfo[] {
  const elements = definitions.type(type)?.elements;
  const named = elements?.get(name) ?? [];
  return named.length > 0 ? named : [...(elements?.values() ?? [])].flat().filter((one) => one.name === name);
}

/** Conditions in a row must all hold; what was picked by its place is not narrowed further. */
function narrowed(walk: Walk, test: ElementTest): Walk[] {
  const { where: before, index } = walk.hops.at(-1) ?? {};
  const where = before ? (element: unknown) => before(element) && test(element) : test;
  return index === undefined ? [changeLast(walk, { where })] : [];
}

function ofType(definitions: Definitions, walk: Walk, type: string): Walk[] {
  if (walk.type.toLowerCase() === type.toLowerCase()) {
    return [walk];
  }
  return walk.type === 'Resource' && definitions.isResourceType(type)
    ? [{ ...changeLast(walk, { resourceType: type }), type }]
    : [];
}

function changeLast(walk: Walk, change: Partial<Hop>): Walk {
  const last = walk.hops.at(-1);
  return last ? { ...walk, hops: [...walk.hops.slice(0, -1), { ...last, ...change }] } : walk;
}
