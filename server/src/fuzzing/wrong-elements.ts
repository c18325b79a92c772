import { type BadRequest, badBody } from './bad-request.ts';
import type { Random } from './random.ts';

/** What the generator needs to know of an element; the definitions give it. */
export interface ElementShape {
  readonly name: string;
  readonly type: string;
  readonly primitive: boolean;
  readonly array: boolean;
}

/** A resource type with its elements. */
export interface TypeShape {
  readonly name: string;
  readonly elements: readonly ElementShape[];
}

const NUMBERS = new Set(['integer', 'positiveInt', 'unsignedInt', 'decimal']);
const IMPOSSIBLE_DATES = ['2026-02-30', '2026-13-01', 'yesterday', '2026-1-1', '20260101', '0000-00-00', '2026-01-01T'];
const DATES = new Set(['date', 'dateTime', 'instant']);

/** Values that are of another JSON type, or not in the type's value space. */
function wrongPrimitives(type: string): readonly unknown[] {
  const shapes = [{}, { value: 1 }, [], null, ''];
  if (type === 'boolean') {
    return ['true', 1, 0, 'yes', ...shapes];
  }
  if (NUMBERS.has(type)) {
    return ['1', true, 'NaN', ...(type === 'decimal' ? [] : [1.5, 1e300, -9_000_000_000]), ...shapes];
  }
  return [5, true, 1e300, ...(DATES.has(type) ? IMPOSSIBLE_DATES : []), ...shapes];
}

/** A value that the element cannot hold. */
function wrongValue(random: Random, element: ElementShape): unknown {
  if (element.array && random.chance(0.3)) {
    return random.pick<unknown>(['x', 7, true, {}, null, []]);
  }
  const single = element.primitive
    ? random.pick(wrongPrimitives(element.type))
    : random.pick<unknown>(['x', 7, false, null, {}, [[]], { __proto_: 1 }, { constructor: {} }]);
  if (element.array) {
    return random.pick<unknown>([[single], [[single]], [single, single]]);
  }
  return random.chance(0.2) ? [single] : single;
}

/** For each element of a type, a resource in which that element is wrong. */
export function wrongElements(random: Random, type: TypeShape): BadRequest[] {
  return type.elements
    .filter(({ name }) => name !== 'id' && name !== 'meta')
    .map((element) => {
      const resource = { resourceType: type.name, [element.name]: wrongValue(random, element) };
      return badBody(`wrong ${element.type}`, 'POST', type.name, JSON.stringify(resource));
    });
}
