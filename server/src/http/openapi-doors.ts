import type { KeptDoor } from './express-doors.ts';

/** A piece of an OpenAPI document. */
export type Json = Readonly<Record<string, unknown>>;
/** Path items by path, each with its entries by method. */
export type Paths = Record<string, Record<string, Json>>;

/** A door outside FHIR as the document describes it. */
export interface DescribedDoor extends KeptDoor {
  /** Who comes through it, such as `an app`. */
  readonly who: string;
  /** Gives the JSON Schema of the body. */
  readonly body?: () => Json;
}

const ANYBODY = 'anybody';
/** Doors that need no token, or in which the credentials are part of the form. */
const OPEN =
  /^\/(?:$|healthcheck|readyz|metrics|openapi\.json|apps\/|storage\/|\.well-known\/|fhir\/R4\/\.well-known\/)/;

/** The doors that Express keeps, with what their rooms say of them. */
export function describedDoors(kept: readonly KeptDoor[], details: readonly DescribedDoor[]): DescribedDoor[] {
  const known = new Map(details.map((door) => [`${door.method} ${door.path}`, door]));
  return kept.map((door) => known.get(`${door.method} ${door.path}`) ?? { ...door, who: ANYBODY });
}

/** `/auth/login/:id` and `/apps/risk/*path` as templates of OpenAPI. */
function template(path: string): string {
  return path.replace(/[:*](\w+)/g, '{$1}');
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function bodyOf(schema: Json): Json {
  const types = ['application/json', 'application/x-www-form-urlencoded'];
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function entry({ path, who, body }: DescribedDoor): Json {
  const parameters = pathParameters(template(path));
  return {
    tags: [who],
    summary: path,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: bodyOf(body()) }),
    ...(OPEN.test(path) && { security: [] }),
    responses: { '200': { description: 'Done' }, default: { $ref: '#/components/responses/Refused' } },
  };
}

/** Adds the doors outside FHIR. */
export function addDoors(paths: Paths, doors: readonly DescribedDoor[]): void {
  for (const door of doors) {
    const path = template(door.path);
    paths[path] = { ...paths[path], [door.method.toLowerCase()]: entry(door) };
  }
}
