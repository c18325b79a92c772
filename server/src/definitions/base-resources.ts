import type { Resource } from '@medplum/fhirtypes';
import type { Definitions } from './load-definitions.ts';

const STORED = new Set<string>([
  'StructureDefinition',
  'SearchParameter',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'CompartmentDefinition',
  'OperationDefinition',
]);

/**
 * The definitions that every tenant may read as resources, one at a time, each with a stable id that is unique within
 * its type. They change only when {@link Definitions.version} does.
 */
export function* baseDefinitionResources(definitions: Definitions): Generator<Resource & { id: string }> {
  const used = new Set<string>();
  for (const resource of definitions.resources()) {
    if (STORED.has(resource.resourceType)) {
      const id = freeId(resource, used);
      used.add(`${resource.resourceType}/${id}`);
      yield { ...resource, id };
    }
  }
}

function freeId(resource: Resource, used: ReadonlySet<string>): string {
  const url = 'url' in resource && typeof resource.url === 'string' ? resource.url : '';
  const wanted =
    (resource.id ?? url.slice(url.lastIndexOf('/') + 1)).replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60) || 'x';
  let id = wanted;
  for (let n = 2; used.has(`${resource.resourceType}/${id}`); n++) {
    id = `${wanted}-${n}`;
  }
  return id;
}
