import type { Resource } from '@medplum/fhirtypes';

/** How each local name (`urn:uuid:…`, a fullUrl, a conditional reference) is resolved to `Type/id`. */
export type ReferenceMap = ReadonlyMap<string, string>;

/** Elements of type uri, url, canonical or oid hold references too. @see https://hl7.org/fhir/R4/http.html#trules */
const URI_ELEMENT = /(?:^|[a-z])(?:uri|url|canonical|oid|uuid)$/i;
const LOCAL_NAME = /urn:(?:uuid|oid):[A-Za-z0-9.-]+/g;

/** Finds `Type?criteria` references in a resource. */
export function conditionalReferences(resource: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(resource)) {
    for (const element of resource) {
      conditionalReferences(element, found);
    }
  } else if (typeof resource === 'object' && resource !== null) {
    for (const [name, value] of Object.entries(resource)) {
      if (name === 'reference' && typeof value === 'string') {
        if (/^[A-Z][A-Za-z]+\?/.test(value)) {
          found.add(value);
        }
      } else {
        conditionalReferences(value, found);
      }
    }
  }
  return found;
}

/** Finds `urn:` references that the map does not resolve: references to nothing in this Bundle. */
export function danglingReferences(resource: unknown, map: ReferenceMap): PlacedReference[] {
  return placedReferences(resource, (value) => value.startsWith('urn:') && !map.has(value));
}

/** A reference, and where in the resource it stands, such as `performer[1].reference`. */
export interface PlacedReference {
  readonly path: string;
  readonly value: string;
}

/** Finds the references that are wanted, with their places. */
export function placedReferences(
  resource: unknown,
  isWanted: (value: string) => boolean,
  path = '',
): PlacedReference[] {
  if (Array.isArray(resource)) {
    return resource.flatMap((element, i) => placedReferences(element, isWanted, `${path}[${i}]`));
  }
  if (typeof resource !== 'object' || resource === null) {
    return [];
  }
  return Object.entries(resource).flatMap(([name, value]) => {
    if (name === 'reference' && typeof value === 'string') {
      return isWanted(value) ? [{ path: `${path}.reference`, value }] : [];
    }
    return placedReferences(value, isWanted, path ? `${path}.${name}` : name);
  });
}

/** A copy of the resource with every reference, uri and narrative link that the map knows replaced. */
export function resolveReferences<T extends Resource>(resource: T, map: ReferenceMap): T {
  return map.size === 0 ? resource : (resolved(resource, map, '') as T);
}

function resolved(value: unknown, map: ReferenceMap, name: string): unknown {
  if (typeof value === 'string') {
    if (name === 'reference' || URI_ELEMENT.test(name)) {
      return map.get(value) ?? value;
    }
    return name === 'div' && value.includes('urn:') ? value.replace(LOCAL_NAME, (urn) => map.get(urn) ?? urn) : value;
  }
  if (Array.isArray(value)) {
    return value.map((element) => resolved(element, map, name));
  }
  if (typeof value === 'object' && value !== null) {
    const copy: Record<string, unknown> = {};
    for (const [key, element] of Object.entries(value)) {
      copy[key] = resolved(element, map, key);
    }
    return copy;
  }
  return value;
}
