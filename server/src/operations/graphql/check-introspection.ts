import type { FieldNode, SelectionSetNode } from 'graphql';
import { GraphqlCostError } from './graphql-document.ts';
import { eachField, type Walk } from './graphql-walk.ts';

/** Fields that tell of the schema, and how often lists of fields may be nested in them. */
export const INTROSPECTION: ReadonlyMap<string, number> = new Map([
  ['__schema', 1],
  ['__type', 2],
]);
const LISTS_OF_FIELDS = new Set(['fields', 'inputFields', 'interfaces', 'possibleTypes']);
/** Deep enough for a type behind several list and non-null markers. */
const INTROSPECTION_DEPTH = 20;

/** @throws GraphqlCostError when lists of fields are nested, for each such level multiplies the answer. */
export function checkIntrospection(walk: Walk, set: SelectionSetNode, lists: number): void {
  const deeper = { ...walk, limits: { ...walk.limits, maxDepth: INTROSPECTION_DEPTH } };
  const visit =
    (left: number) =>
    (field: FieldNode, depth: number, trail: readonly string[]): void => {
      const inner = left - (LISTS_OF_FIELDS.has(field.name.value) ? 1 : 0);
      if (inner < 0) {
        throw new GraphqlCostError(`Introspection nests lists of fields at most ${lists} times`);
      }
      if (field.selectionSet) {
        eachField(deeper, field.selectionSet, depth + 1, trail, visit(inner));
      }
    };
  eachField(deeper, set, 1, [], visit(lists));
}
