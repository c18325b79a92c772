import type { Resource } from '@medplum/fhirtypes';
import { type FieldNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';
import { hiddenFields, redact } from '../../access/index.ts';
import type { Definitions } from '../../definitions/index.ts';
import { FhirError, invalid, parseReference, type StoredResource } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { filtered, searchParameters } from './graphql-arguments.ts';
import { rootField } from './graphql-check.ts';
import {
  argumentsOf,
  chosenOperation,
  collectFields,
  GraphqlCostError,
  type GraphqlDocument,
  type GraphqlLimits,
  mergedSelection,
  type Variables,
} from './graphql-document.ts';
import { variablesOf } from './graphql-variables.ts';
import { place } from './place.ts';
import { createReferenceLoader, type ReferenceLoader } from './reference-loader.ts';
import { showTypes } from './show-types.ts';

/** One execution: who asks, what is asked, and how much has been looked up so far. */
interface Execution {
  readonly repository: Repository;
  readonly search: Search;
  readonly definitions: Definitions;
  readonly document: GraphqlDocument;
  readonly variables: Variables;
  readonly limits: GraphqlLimits;
  readonly loader: ReferenceLoader;
  readonly errors: { readonly message: string; readonly path: readonly (string | number)[] }[];
  searches: number;
}

/** What an execution needs. */
export type ExecutionInput = Pick<
  Execution,
  'repository' | 'search' | 'definitions' | 'document' | 'variables' | 'limits'
> & {
  readonly operationName?: string;
  /** The one resource that the document is about. */
  readonly instance?: { readonly type: string; readonly id: string };
};

type Json = Record<string, unknown>;

/**
 * Answers a checked document with `{data, errors}`; a field that fails is null and its error says why.
 * @throws GraphQLError for variables that do not fit and for a limit, FhirError 404 and 410 for the one resource.
 */
export async function execute(input: ExecutionInput): Promise<{ data: Json; errors?: Execution['errors'] }> {
  const operation = chosenOperation(input.document, input.operationName);
  const execution: Execution = {
    ...input,
    variables: variablesOf(operation, input.variables),
    loader: createReferenceLoader(input.repository),
    errors: [],
    searches: 0,
  };
  const isMutation = operation.operation === 'mutation';
  const data = await (input.instance
    ? instance(execution, input.instance, operation.selectionSet)
    : root(execution, operation.selectionSet, isMutation));
  return execution.errors.length > 0 ? { data, errors: execution.errors } : { data };
}

/** The fields of one resource, and what tells of the schema. */
async function instance(
  execution: Execution,
  { type, id }: NonNullable<ExecutionInput['instance']>,
  selectionSet: SelectionSetNode,
): Promise<Json> {
  const stored = await execution.repository.readStored(type, id);
  const node: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: type }, selectionSet };
  return complete(execution, stored, [node], []);
}

async function root(execution: Execution, selectionSet: SelectionSetNode, isMutation: boolean): Promise<Json> {
  const fields = collectFields(selectionSet, () => true, execution);
  const data: Json = {};
  const resolveField = async ([name, nodes]: [string, FieldNode[]]): Promise<void> => {
    data[name] = await guarded(execution, [name], () => resolveRoot(execution, nodes, name, isMutation));
  };
  if (isMutation) {
    for (const field of fields) {
      await resolveField(field);
    }
  } else {
    await Promise.all([...fields].map(resolveField));
  }
  return Object.fromEntries([...fields.keys()].map((name) => [name, data[name]]));
}

async function guarded<T>(
  execution: Execution,
  path: readonly (string | number)[],
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if ((error instanceof FhirError || error instanceof GraphQLError) && !(error instanceof GraphqlCostError)) {
      const message = error instanceof FhirError ? (error.outcome.issue[0]?.details?.text ?? 'Refused') : error.message;
      execution.errors.push({ message, path });
      return null;
    }
    throw error;
  }
}

async function resolveRoot(
  execution: Execution,
  nodes: FieldNode[],
  name: string,
  isMutation: boolean,
): Promise<unknown> {
  const [node] = nodes as [FieldNode];
  if (node.name.value === '__schema' || node.name.value === '__type') {
    return showTypes({ ...node, selectionSet: mergedSelection(nodes) }, execution);
  }
  const root = rootField(node.name.value, execution.definitions);
  if (!root) {
    return isMutation ? 'Mutation' : 'Query';
  }
  const args = argumentsOf(node, execution.variables);
  const { repository } = execution;
  switch (root.kind) {
    case 'read':
      return complete(execution, await repository.readStored(root.type, String(args.id)), nodes, [name]);
    case 'list':
      return completeList(execution, await list(execution, root.type, args), nodes, [name]);
    case 'connection':
      return connection(execution, root.type, args, nodes, [name]);
    case 'create':
      return complete(execution, await repository.create(root.type, args.res), nodes, [name]);
    case 'update':
      return complete(execution, (await repository.update(root.type, String(args.id), args.res)).stored, nodes, [name]);
    default:
      await repository.remove(root.type, String(args.id));
      return null;
  }
}

async function page(execution: Execution, type: string, params: URLSearchParams) {
  execution.searches += 1;
  if (execution.searches > execution.limits.maxSearches) {
    throw new GraphqlCostError(`The query needs more than ${execution.limits.maxSearches} searches`);
  }
  const query = execution.search
    .forTenant(execution.repository.context.tenant)
    .parse(type, params, { handling: 'strict', defaultCount: 20, maxCount: 1000 });
  return execution.repository.searchPage(query);
}

async function list(execution: Execution, type: string, args: Json, parent?: string): Promise<StoredResource[]> {
  const { _reference, ...rest } = args;
  const params = searchParameters(rest);
  if (parent !== undefined) {
    if (typeof _reference !== 'string') {
      throw invalid(
        'graphql-reference',
        `${type}List here needs _reference: the search parameter that points to its parent`,
      );
    }
    params.append(_reference.replaceAll('_', '-'), parent);
  }
  const found = await page(execution, type, params);
  return found.entries.filter((entry) => entry.mode === 'match').map((entry) => entry.stored);
}

async function connection(
  execution: Execution,
  type: string,
  args: Json,
  nodes: FieldNode[],
  path: readonly (string | number)[],
): Promise<Json> {
  const fields = collectFields(mergedSelection(nodes), () => true, execution);
  const params = searchParameters(args);
  const names = [...fields.values()].map(([field]) => field?.name.value);
  if (names.includes('count') && !params.has('_total')) {
    params.set('_total', 'accurate');
  }
  const found = await page(execution, type, params);
  const matches = found.entries.filter((entry) => entry.mode === 'match');
  const values: Json = {
    __typename: `${type}Connection`,
    count: found.total,
    offset: Number(args._offset ?? 0),
    pageSize: Number(args._count ?? 20),
    pagesize: Number(args._count ?? 20),
    next: found.next,
  };
  const result: Json = {};
  for (const [name, same] of fields) {
    const field = same[0] as FieldNode;
    result[name] =
      field.name.value === 'edges'
        ? await Promise.all(matches.map((entry, i) => edge(execution, entry.stored, type, same, [...path, name, i])))
        : (values[field.name.value] ?? null);
  }
  return result;
}

async function edge(
  execution: Execution,
  stored: StoredResource,
  type: string,
  nodes: FieldNode[],
  path: readonly (string | number)[],
): Promise<Json> {
  const result: Json = {};
  for (const [name, same] of collectFields(mergedSelection(nodes), () => true, execution)) {
    const kind = same[0]?.name.value;
    result[name] =
      kind === 'resource'
        ? await complete(execution, stored, same, [...path, name])
        : kind === '__typename'
          ? `${type}Edge`
          : kind === 'mode'
            ? 'match'
            : null;
  }
  return result;
}

function completeList(
  execution: Execution,
  stored: readonly StoredResource[],
  nodes: FieldNode[],
  path: readonly (string | number)[],
): Promise<unknown[]> {
  return Promise.all(stored.map((one, i) => complete(execution, one, nodes, [...path, i])));
}

function complete(
  execution: Execution,
  stored: StoredResource,
  nodes: FieldNode[],
  path: readonly (string | number)[],
): Promise<Json> {
  const resource = redact(JSON.parse(stored.json) as Resource, hiddenFields(execution.repository.grant, stored.type));
  return completeObject(execution, resource as unknown as Json, stored.type, nodes, path);
}

async function completeObject(
  execution: Execution,
  value: Json,
  type: string,
  nodes: FieldNode[],
  path: readonly (string | number)[],
): Promise<Json> {
  const own = typeof value.resourceType === 'string' ? value.resourceType : type;
  const isType = (condition: string) => condition === own || condition === 'Resource' || condition === 'DomainResource';
  const result: Json = {};
  const pending: Promise<void>[] = [];
  for (const [name, same] of collectFields(mergedSelection(nodes), isType, execution)) {
    result[name] = null;
    const inner = [...path, name];
    const resolved = property(execution, value, own, same, inner);
    const [node] = same as [FieldNode];
    if (resolved instanceof Promise) {
      pending.push(
        guarded(execution, inner, () => resolved).then((done) => {
          place(result, name, node, done);
        }),
      );
    } else {
      place(result, name, node, resolved);
    }
  }
  await Promise.all(pending);
  return result;
}

function property(
  execution: Execution,
  value: Json,
  type: string,
  nodes: FieldNode[],
  path: readonly (string | number)[],
): unknown {
  const [node] = nodes as [FieldNode];
  const name = node.name.value;
  if (name === '__typename') {
    return type.replaceAll('.', '_');
  }
  if (name === '__schema' || name === '__type') {
    return showTypes({ ...node, selectionSet: mergedSelection(nodes) }, execution);
  }
  if (name === 'resource' && type === 'Reference') {
    return referenced(execution, value.reference, nodes, path);
  }
  const info = execution.definitions.type(type)?.properties.get(name);
  if (!info && name !== 'resourceType') {
    const root = rootField(name, execution.definitions);
    const args = argumentsOf(node, execution.variables);
    return root
      ? list(execution, root.type, args, `${value.resourceType}/${value.id}`).then((found) =>
          completeList(execution, found, nodes, path),
        )
      : undefined;
  }
  const found = Object.hasOwn(value, name) ? value[name] : undefined;
  if (found === undefined || info === undefined || info.primitive) {
    return found;
  }
  if (Array.isArray(found)) {
    const wanted = filtered(found as Json[], argumentsOf(node, execution.variables));
    return Promise.all(wanted.map((one, i) => completeObject(execution, one, info.type, nodes, [...path, i])));
  }
  return completeObject(execution, found as Json, info.type, nodes, path);
}

async function referenced(
  execution: Execution,
  reference: unknown,
  nodes: FieldNode[],
  path: readonly (string | number)[],
): Promise<unknown> {
  const literal = parseReference(typeof reference === 'string' ? reference : undefined);
  const stored = literal && (await execution.loader.load(`${literal.type}/${literal.id}`));
  return stored ? complete(execution, stored, nodes, path) : null;
}
