import { type FieldNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';
import type { Definitions } from '../../definitions/index.ts';
import type { GraphqlDocument, GraphqlLimits } from './graphql-document.ts';

/** What a root field stands for. */
export interface RootField {
  readonly kind: 'read' | 'list' | 'connection' | 'create' | 'update' | 'delete';
  readonly type: string;
}

const SUFFIXES = [
  ['List', 'list'],
  ['Connection', 'connection'],
  ['Create', 'create'],
  ['Update', 'update'],
  ['Delete', 'delete'],
] as const;

/** `PatientList` → a list of Patient; undefined when the name means nothing. */
export function rootField(name: string, definitions: Definitions): RootField | undefined {
  if (definitions.isResourceType(name)) {
    return { kind: 'read', type: name };
  }
  for (const [suffix, kind] of SUFFIXES) {
    const type = name.endsWith(suffix) ? name.slice(0, -suffix.length) : '';
    if (definitions.isResourceType(type)) {
      return { kind, type };
    }
  }
  return undefined;
}

/** Fields of a connection and of its edges, which are not FHIR. */
const CONNECTION = new Set(['count', 'offset', 'pageSize', 'first', 'previous', 'next', 'last', 'edges']);
const EDGE = new Set(['mode', 'score', 'resource']);

interface Walk {
  readonly document: GraphqlDocument;
  readonly definitions: Definitions;
  readonly limits: GraphqlLimits;
  fields: number;
}

/**
 * Checks a whole document against FHIR's types before anything is looked up: unknown fields, missing or needless
 * selections, fragment cycles, depth and size.
 * @throws GraphQLError naming the field and the type.
 */
export function checkDocument(document: GraphqlDocument, definitions: Definitions, limits: GraphqlLimits): void {
  for (const operation of document.operations) {
    const walk: Walk = { document, definitions, limits, fields: 0 };
    const isMutation = operation.operation === 'mutation';
    if (operation.operation === 'subscription') {
      throw new GraphQLError('GraphQL subscriptions are not served; use FHIR Subscriptions');
    }
    eachField(walk, operation.selectionSet, 1, [], (field, depth, trail) => {
      checkRoot(walk, field, isMutation, depth, trail);
    });
  }
}

function checkRoot(walk: Walk, field: FieldNode, isMutation: boolean, depth: number, trail: readonly string[]): void {
  const name = field.name.value;
  if (name === '__typename') {
    return;
  }
  if (name === '__schema' || name === '__type') {
    throw new GraphQLError('Introspection is off; the types are those of FHIR R4 (see the CapabilityStatement)');
  }
  const root = rootField(name, walk.definitions);
  const changes = root && ['create', 'update', 'delete'].includes(root.kind);
  if (!root || changes !== isMutation) {
    throw new GraphQLError(`Cannot query field "${name}" on type "${isMutation ? 'Mutation' : 'Query'}"`);
  }
  if (root.kind === 'connection') {
    checkConnection(walk, field, root.type, depth, trail);
  } else if (root.kind !== 'delete') {
    checkObject(walk, field, root.type, depth, trail);
  }
}

function checkConnection(walk: Walk, field: FieldNode, type: string, depth: number, trail: readonly string[]): void {
  eachField(walk, needed(field), depth + 1, trail, (part, partDepth, partTrail) => {
    assertKnown(CONNECTION, part, `${type}Connection`);
    if (part.name.value === 'edges') {
      eachField(walk, needed(part), partDepth + 1, partTrail, (edge, edgeDepth, edgeTrail) => {
        assertKnown(EDGE, edge, `${type}Edge`);
        if (edge.name.value === 'resource') {
          checkObject(walk, edge, type, edgeDepth, edgeTrail);
        }
      });
    }
  });
}

function assertKnown(names: ReadonlySet<string>, field: FieldNode, type: string): void {
  if (field.name.value !== '__typename' && !names.has(field.name.value)) {
    throw new GraphQLError(`Cannot query field "${field.name.value}" on type "${type}"`);
  }
}

function needed(field: FieldNode): SelectionSetNode {
  if (!field.selectionSet) {
    throw new GraphQLError(`Field "${field.name.value}" needs a selection of subfields`);
  }
  return field.selectionSet;
}

/** Any resource may stand behind a reference, so only fields inside typed fragments can be checked there. */
const ANY = '*';

function checkObject(walk: Walk, field: FieldNode, type: string, depth: number, trail: readonly string[]): void {
  eachField(walk, needed(field), depth + 1, trail, (part, partDepth, partTrail, condition) => {
    checkField(walk, part, condition ?? type, partDepth, partTrail);
  });
}

function checkField(walk: Walk, field: FieldNode, type: string, depth: number, trail: readonly string[]): void {
  const name = field.name.value;
  if (name === '__typename' || name === 'resourceType') {
    return;
  }
  if ((type === 'Reference' || type === 'canonical') && name === 'resource') {
    checkObject(walk, field, ANY, depth, trail);
    return;
  }
  if (type === ANY) {
    if (name !== 'id') {
      throw new GraphQLError(`Field "${name}" of a referenced resource needs a fragment such as "... on Patient"`);
    }
    return;
  }
  const info = walk.definitions.type(type);
  const property = info?.properties.get(name);
  if (property) {
    checkProperty(walk, field, { type: property.type, primitive: property.primitive }, depth, trail);
    return;
  }
  const root = info?.kind === 'resource' ? rootField(name, walk.definitions) : undefined;
  if (root?.kind !== 'list') {
    throw new GraphQLError(`Cannot query field "${name}" on type "${type}"`);
  }
  checkObject(walk, field, root.type, depth, trail);
}

function checkProperty(
  walk: Walk,
  field: FieldNode,
  property: { readonly type: string; readonly primitive: boolean },
  depth: number,
  trail: readonly string[],
): void {
  if (!property.primitive) {
    checkObject(walk, field, property.type === 'Resource' ? ANY : property.type, depth, trail);
  } else if (field.selectionSet) {
    throw new GraphQLError(`Field "${field.name.value}" is a ${property.type} and has no subfields`);
  }
}

type Visit = (field: FieldNode, depth: number, trail: readonly string[], condition?: string) => void;

function eachField(
  walk: Walk,
  set: SelectionSetNode,
  depth: number,
  trail: readonly string[],
  visit: Visit,
  condition?: string,
): void {
  if (depth > walk.limits.maxDepth) {
    throw new GraphQLError(`The query is nested deeper than ${walk.limits.maxDepth} levels`);
  }
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      walk.fields += 1;
      if (walk.fields > walk.limits.maxFields) {
        throw new GraphQLError(`The query asks for more than ${walk.limits.maxFields} fields`);
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

/** A condition on an abstract type says nothing about the fields there are. */
function concrete(condition: string | undefined, outer: string | undefined): string | undefined {
  return condition === undefined || condition === 'Resource' || condition === 'DomainResource' ? outer : condition;
}
