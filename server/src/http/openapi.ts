import type { Operation } from '../repository/index.ts';
import type { Served, ServedSearchParameter } from './capabilities.ts';
import { addDoors, type DescribedDoor, type Json, type Paths } from './openapi-doors.ts';

/** One route of the FHIR door: its path below the FHIR base in the form `:resourceType/:id`. */
export interface ServedRoute {
  readonly method: string;
  readonly path: string;
  /** Code of the interaction, such as `search-type`; `operation` stands for every operation of that level. */
  readonly interaction: string;
}

const FHIR_JSON = 'application/fhir+json';
const ref = (place: string): Json => ({ $ref: `#/components/${place}` });
const content = (schema: string): Json => ({ content: { [FHIR_JSON]: { schema: ref(`schemas/${schema}`) } } });

/** What each interaction answers when all is well. */
const ANSWERS: Readonly<Record<string, string>> = {
  read: 'Resource',
  vread: 'Resource',
  create: 'Resource',
  update: 'Resource',
  patch: 'Resource',
  delete: 'OperationOutcome',
  'search-type': 'Bundle',
  'search-system': 'Bundle',
  'history-instance': 'Bundle',
  'history-type': 'Bundle',
  'history-system': 'Bundle',
  transaction: 'Bundle',
  capabilities: 'Resource',
};

const BODIES: Readonly<Record<string, Json>> = {
  create: { required: true, ...content('Resource') },
  update: { required: true, ...content('Resource') },
  transaction: { required: true, ...content('Bundle') },
  patch: {
    required: true,
    content: {
      'application/json-patch+json': { schema: { type: 'array', items: { type: 'object' } } },
      [FHIR_JSON]: {},
    },
  },
};

const FORM: Json = { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } } };

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' },
  }));
}

function searchParameter({ code, type, url }: ServedSearchParameter): Json {
  return { name: code, in: 'query', description: `${type}: ${url}`, schema: { type: 'string' } };
}

function answered(schema: string, isCreate: boolean): Json {
  const good = { description: 'Done', ...content(schema) };
  return { [isCreate ? '201' : '200']: good, default: ref('responses/Refused') };
}

function entry(
  route: ServedRoute,
  path: string,
  details: { readonly tag: string; readonly query: readonly Json[] },
): Json {
  const { interaction, method } = route;
  const isForm = path.endsWith('_search');
  const body = isForm
    ? FORM
    : method === 'PUT' || method === 'PATCH' || method === 'POST'
      ? BODIES[interaction]
      : undefined;
  const parameters = [...pathParameters(path), ...(interaction.startsWith('search') && !isForm ? details.query : [])];
  return {
    tags: [details.tag],
    summary: interaction,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: answered(ANSWERS[interaction] ?? 'Resource', interaction === 'create'),
  };
}

function operationEntry(operation: Operation, path: string, method: string, tag: string): Json {
  const parameters = pathParameters(path);
  return {
    tags: [tag],
    summary: operation.name,
    externalDocs: { url: operation.definition },
    ...(parameters.length > 0 && { parameters }),
    ...(method === 'POST' && { requestBody: content('Parameters') }),
    responses: answered('Resource', false),
  };
}

const LEVELS: readonly [RegExp, Operation['level']][] = [
  [/^\$/, 'system'],
  [/^:resourceType\/\$/, 'type'],
  [/^:resourceType\/:id\/\$/, 'instance'],
];

/** Every operation that a route stands for, on one type or on the system. */
function addOperations(paths: Paths, served: Served, route: ServedRoute, type: string | undefined): void {
  const level = LEVELS.find(([pattern]) => pattern.test(route.path))?.[1];
  const withId = route.path.endsWith(':operation/:id');
  for (const operation of served.operations) {
    const fits =
      operation.level === level &&
      (operation.takesId ?? false) === withId &&
      (type === undefined || operation.types.includes(type) || operation.types.includes('*')) &&
      operation.methods.includes(route.method as 'GET');
    if (fits) {
      const path = templated(served, route.path.replace('$/:operation', operation.name), type);
      add(paths, path, route.method, operationEntry(operation, path, route.method, type ?? 'system'));
    }
  }
}

function add(paths: Paths, path: string, method: string, value: Json): void {
  const found = paths[path] ?? {};
  found[method.toLowerCase()] = value;
  paths[path] = found;
}

/** The template of a route from the root of the site. */
function templated({ fhirUrl }: Served, path: string, type: string | undefined): string {
  const named = type === undefined ? path : path.replace(':resourceType', type);
  return `${new URL(fhirUrl).pathname}${named.replace(/:(\w+)/g, '{$1}')}`;
}

function addRoute(paths: Paths, served: Served, route: ServedRoute, type: string | undefined): void {
  if (route.interaction === 'operation') {
    addOperations(paths, served, route, type);
    return;
  }
  const path = templated(served, route.path, type);
  const query = type === undefined ? [] : served.searchParameters(type).map(searchParameter);
  add(paths, path, route.method, entry(route, path, { tag: type ?? 'system', query }));
}

/** A route that names a type itself, such as `AuditEvent/:id`: it stands in for the general one. */
function specificType(route: ServedRoute, types: ReadonlySet<string>): string | undefined {
  const [first = ''] = route.path.split('/');
  return types.has(first) ? first : undefined;
}

/** Does the type have this general route, or are all its own routes of that form refused? */
function isRefused(route: ServedRoute, type: string, refused: readonly ServedRoute[]): boolean {
  const path = route.path.replace(':resourceType', type);
  return refused.some((other) => other.method === route.method && other.path === path);
}

/**
 * The OpenAPI description of the server, made from the routes, search parameters and operations that the FHIR door serves
 * and from the doors beside it.
 * @see https://spec.openapis.org/oas/v3.1.0
 */
export function openApi(
  served: Served,
  routes: readonly ServedRoute[],
  refused: readonly ServedRoute[],
  doors: readonly DescribedDoor[],
): Json {
  const types = new Set(served.resourceTypes);
  const paths: Paths = {};
  for (const route of routes) {
    if (!route.path.includes(':resourceType')) {
      if (!specificType(route, types)) {
        addRoute(paths, served, route, undefined);
      }
    } else if (route.path.startsWith(':resourceType')) {
      for (const type of types) {
        if (!isRefused(route, type, refused)) {
          addRoute(paths, served, route, type);
        }
      }
    } else {
      addRoute(paths, served, route, undefined);
    }
  }
  addDoors(paths, doors);
  return {
    openapi: '3.1.0',
    info: { title: 'MindBridge Health AI FHIR R4 server', version: served.version },
    servers: [{ url: served.baseUrl.replace(/\/$/, '') }],
    security: [{ oauth: [] }],
    paths,
    components: {
      securitySchemes: {
        oauth: { type: 'openIdConnect', openIdConnectUrl: `${served.baseUrl}.well-known/openid-configuration` },
      },
      responses: {
        Refused: { description: 'Refused, with what was found and what was needed', ...content('OperationOutcome') },
      },
      schemas: {
        Resource: { type: 'object', required: ['resourceType'], properties: { resourceType: { type: 'string' } } },
        ...Object.fromEntries(['Bundle', 'Parameters', 'OperationOutcome'].map((name) => [name, schemaOf(name)])),
      },
    },
  };
}

function schemaOf(name: string): Json {
  return { type: 'object', required: ['resourceType'], properties: { resourceType: { const: name } } };
}
