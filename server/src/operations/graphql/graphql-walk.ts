import { type FieldNode, GraphQLError, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { Definitions } from '../../definitions/index.ts';
import { GraphqlCostError, type GraphqlDocument, type GraphqlLimits } from './graphql-document.ts';
import { DIRECTIVE_NAMES } from './introspection.ts';

/** A check under way: what is checked, and how much it has asked for so far. */
export interface Walk {
  readonly document: GraphqlDocument;
  readonly definitions: Definitions;
  readonly limits: GraphqlLimits;
  fields: number;
  /** Lists and connections that are asked for, each at the least once. */
  searches: number;
}

/** Called for each field, with its depth, the fragments around it and the type they are for. */
export type Visit = (field: FieldNode, depth: number, trail: readonly string[], condition?: string) => void;

/**
 * Visits the fields of a selection set, fragments opened.
 * @throws GraphQLError for what is too deep, too much, unknown or without end.
 */
export function eachField(
  walk: Walk,
  set: SelectionSetNode,
  depth: number,
  trail: readonly string[],
  visit: Visit,
  condition?: string,
): void {
  if (depth > walk.limits.maxDepth) {
    throw new GraphqlCostError(`The query is nested deeper than ${walk.limits.maxDepth} levels`);
  }
  for (const selection of set.selections) {
    checkDirectives(selection);
    if (selection.kind === Kind.FIELD) {
      walk.fields += 1;
      if (walk.fields > walk.limits.maxFields) {
        throw new GraphqlCostError(`The query asks for more than ${walk.limits.maxFields} fields`);
      }
      visit(selection, depth, trail, condition);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      eachField(
        walk,
        selection.selectionSet,
        depth,
        trail,
        visit,
        concrete(selection.typeCondition?.name.value, condition),
      );
    } else {
      const name = selection.name.value;
      const fragment = walk.document.fragments.get(name);
      if (!fragment) {
        throw new GraphQLError(`There is no fragment "${name}"`);
      }
      if (trail.includes(name)) {
        throw new GraphQLError(`Fragment "${name}" contains itself`);
      }
      const inner = concrete(fragment.typeCondition.name.value, condition);
      eachField(walk, fragment.selectionSet, depth, [...trail, name], visit, inner);
    }
  }
}

/** @throws GraphQLError for a directive that would be passed over. */
function checkDirectives(selection: SelectionNode): void {
  for (const { name } of selection.directives ?? []) {
    if (!DIRECTIVE_NAMES.has(name.value)) {
      throw new GraphQLError(`Unknown directive "@${name.value}"`);
    }
  }
}

/** A condition on an abstract type says nothing about the fields there are. */
function concrete(condition: string | undefined, outer: string | undefined): string | undefined {
  return condition === undefined || condition === 'Resource' || condition === 'DomainResource' ? outer : condition;
}

/** The selection of a field that must have one. @throws GraphQLError */
export function needed(field: FieldNode): SelectionSetNode {
  if (!field.selectionSet) {
    throw new GraphQLError(`Field "${field.name.value}" needs a selection of subfields`);
  }
  return field.selectionSet;
}
