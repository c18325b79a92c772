import { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { Definitions } from '../../definitions/index.ts';
import { invalid } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { checkDocument } from './graphql-check.ts';
import { type GraphqlDocument, type GraphqlLimits, parseDocument } from './graphql-document.ts';
import { execute } from './graphql-execute.ts';

/** What $graphql needs from the house. */
export interface GraphqlDependencies {
  readonly definitions: Definitions;
  readonly search: Search;
  /** Answers the schema query of Medplum's client as JSON text, past the store; undefined for any other body. */
  readonly schemaQuery: (body: unknown) => string | undefined;
  readonly limits: GraphqlLimits;
}

/** Limits as they stand when no setting says otherwise. */
export const GRAPHQL_LIMITS: GraphqlLimits = { maxDepth: 10, maxFields: 1000, maxSearches: 50, maxLength: 20_000 };

const BODY = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Checked documents by their text. */
const CACHE_SIZE = 500;

type DocumentOf = (text: string, instance?: string) => GraphqlDocument;

function documentCache(dependencies: GraphqlDependencies): DocumentOf {
  const cache = new Map<string, GraphqlDocument>();
  return (text, instance) => {
    const key = instance === undefined ? text : `${instance}:${text}`;
    let document = cache.get(key);
    if (!document) {
      document = parseDocument(text, dependencies.limits);
      checkDocument(document, dependencies.definitions, dependencies.limits, instance);
      if (cache.size >= CACHE_SIZE) {
        cache.delete(cache.keys().next().value as string);
      }
      cache.set(key, document);
    }
    return document;
  };
}

function bodyOf(request: OperationRequest): z.infer<typeof BODY> {
  const parsed = BODY.safeParse(request.method === 'GET' ? queryOf(request.query) : request.body);
  if (!parsed.success) {
    throw invalid('graphql-body', 'Needed a JSON body with "query", and perhaps "variables" and "operationName"');
  }
  return parsed.data;
}

/** The same as members of a URL, `variables` being JSON there. @throws FhirError 400 */
function queryOf(query: URLSearchParams): unknown {
  const written = query.get('variables');
  try {
    const variables: unknown = written === null ? undefined : JSON.parse(written);
    return { ...Object.fromEntries(query), variables };
  } catch {
    throw invalid('graphql-body', '"variables" in the URL must be JSON');
  }
}

/** A GET changes nothing. @throws GraphQLError */
function assertMayChange(request: OperationRequest, document: GraphqlDocument): void {
  if (request.method === 'GET' && document.operations.some((operation) => operation.operation !== 'query')) {
    throw new GraphQLError('Mutations need POST');
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

const json = (status: number, body: unknown): OperationResponse => ({
  status,
  raw: { contentType: JSON_TYPE, body: JSON.stringify(body) },
});

/**
 * `$graphql` over FHIR's types, of the system and of one resource: reads, lists, connections, references, reverse lists
 * and changes, under the caller's grant. Documents are checked and kept; no schema object is built, so the first query is
 * as fast as the next.
 * @see https://hl7.org/fhir/R4/graphql.html
 */
export function graphqlOperations(dependencies: GraphqlDependencies): Operation[] {
  const documentOf = documentCache(dependencies);
  const shared = {
    name: '$graphql',
    methods: ['GET', 'POST'],
    definition: 'http://hl7.org/fhir/OperationDefinition/Resource-graphql',
  } as const;
  return [
    {
      ...shared,
      level: 'system',
      types: [],
      async handle(request) {
        const schema = dependencies.schemaQuery(request.body);
        return schema === undefined
          ? answer(dependencies, documentOf, request)
          : { raw: { contentType: JSON_TYPE, body: schema } };
      },
    },
    { ...shared, level: 'instance', types: ['*'], handle: (request) => answer(dependencies, documentOf, request) },
  ];
}

async function answer(
  { definitions, search, limits }: GraphqlDependencies,
  documentOf: DocumentOf,
  request: OperationRequest,
): Promise<OperationResponse> {
  const { query, operationName, variables } = bodyOf(request);
  const { repository, resourceType: type, id } = request;
  const instance = type !== undefined && id !== undefined ? { type, id } : undefined;
  try {
    const document = documentOf(query, instance?.type);
    assertMayChange(request, document);
    const input = { repository, search, definitions, document, limits, instance, variables: variables ?? {} };
    return json(200, await execute({ ...input, operationName: operationName ?? undefined }));
  } catch (error) {
    if (error instanceof GraphQLError) {
      return json(400, { errors: [{ message: error.message }] });
    }
    throw error;
  }
}
