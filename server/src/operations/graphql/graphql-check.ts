import { type FieldNode, GraphQLError } from 'graphql';
import type { Definitions, PropertyInfo } from '../../definitions/index.ts';
import { checkIntrospection, INTROSPECTION } from './check-introspection.ts';
import { GraphqlCostError, type GraphqlDocument, type GraphqlLimits } from './graphql-document.ts';
import { eachField, needed, type Walk } from './graphql-walk.ts';

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
const CONNECTION = new Set(['count', 'offset', 'pageSize', 'pagesize', 'first', 'previous', 'next', 'last', 'edges']);
const EDGE = new Set(['mode', 'score', 'resource']);

/**
 * Checks a whole document against FHIR's types before anything is looked up: unknown fields, missing or needless
 * selections, fragment cycles, depth and size.
 * With `instance`, the document is about one resource of that type.
 * @throws GraphQLError naming the field and the type.
 */
export function checkDocument(
  document: GraphqlDocument,
  definitions: Definitions,
  limits: GraphqlLimits,
  instance?: string,
): void {
  for (const operation of document.operations) {
    const walk: Walk = { document, definitions, limits, fields: 0, searches: 0 };
    const isMutation = operation.operation === 'mutation';
    if (operation.operation === 'subscription') {
      throw new GraphQLError('GraphQL subscriptions are not served; use FHIR Subscriptions');
    }
    if (instance !== undefined && isMutation) {
      throw new GraphQLError('Mutations go to $graphql of the system');
    }
    eachField(walk, operation.selectionSet, 1, [], (field, depth, trail, condition) => {
      if (instance === undefined || INTROSPECTION.has(field.name.value)) {
        checkRoot(walk, field, isMutation, depth, trail);
      } else {
        checkField(walk, field, condition ?? instance, depth, trail);
      }
    });
  }
}

/** @throws GraphqlCostError when a document asks for more searches than one request may make. */
function countSearch(walk: Walk): void {
  walk.searches += 1;
  if (walk.searches > walk.limits.maxSearches) {
    throw new GraphqlCostError(`The query needs more than ${walk.limits.maxSearches} searches`);
  }
}

/** @throws GraphQLError for an argument that is needed and missing. */
function assertArguments(field: FieldNode, names: readonly string[]): void {
  for (const name of names) {
    if (!field.arguments?.some((argument) => argument.name.value === name)) {
      throw new GraphQLError(`Field "${field.name.value}" needs the argument "${name}"`);
    }
  }
}

const ARGUMENTS: Readonly<Record<RootField['kind'], readonly string[]>> = {
  read: ['id'],
  list: [],
  connection: [],
  create: ['res'],
  update: ['id', 'res'],
  delete: ['id'],
};

function checkRoot(walk: Walk, field: FieldNode, isMutation: boolean, depth: number, trail: readonly string[]): void {
  const name = field.name.value;
  if (name === '__typename') {
    return;
  }
  const lists = INTROSPECTION.get(name);
  if (lists !== undefined) {
    assertArguments(field, name === '__type' ? ['name'] : []);
    checkIntrospection(walk, needed(field), lists);
    return;
  }
  const root = rootField(name, walk.definitions);
  const changes = root && ['create', 'update', 'delete'].includes(root.kind);
  if (!root || changes !== isMutation) {
    throw new GraphQLError(`Cannot query field "${name}" on type "${isMutation ? 'Mutation' : 'Query'}"`);
  }
  assertArguments(field, ARGUMENTS[root.kind]);
  if (root.kind === 'list' || root.kind === 'connection') {
    countSearch(walk);
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
    checkFilters(walk, field, property);
    checkProperty(walk, field, property, depth, trail);
    return;
  }
  const root = info?.kind === 'resource' ? rootField(name, walk.definitions) : undefined;
  if (root?.kind !== 'list') {
    throw new GraphQLError(`Cannot query field "${name}" on type "${type}"`);
  }
  countSearch(walk);
  checkObject(walk, field, root.type, depth, trail);
}

/** @throws GraphQLError for an argument that no element of the type is filtered by. */
function checkFilters(walk: Walk, field: FieldNode, property: PropertyInfo): void {
  const parts = property.array ? walk.definitions.type(property.type)?.properties : undefined;
  for (const { name } of field.arguments ?? []) {
    const isCut = property.array && (name.value === '_count' || name.value === '_offset');
    if (!isCut && !parts?.get(name.value)?.primitive) {
      throw new GraphQLError(`Unknown argument "${name.value}" on field "${field.name.value}"`);
    }
  }
}

function checkProperty(
  walk: Walk,
  field: FieldNode,
  property: PropertyInfo,
  depth: number,
  trail: readonly string[],
): void {
  if (!property.primitive) {
    checkObject(walk, field, property.type === 'Resource' ? ANY : property.type, depth, trail);
  } else if (field.selectionSet) {
    throw new GraphQLError(`Field "${field.name.value}" is a ${property.type} and has no subfields`);
  }
}
