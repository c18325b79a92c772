import { createHash } from 'node:crypto';
import type { BundleEntry, Identifier, Resource } from '@medplum/fhirtypes';
import { identifierSystem } from '@mindbridge/fhir-profiles';

/** A `urn:uuid` that is the same for the same key: how entries of one bundle refer to each other. */
export function urnOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The identifier by which a seeded resource is found again. */
export function seedIdentifier(key: string): Identifier {
  return { system: identifierSystem.seed, value: key };
}

/** Search parameters that find the resource with an identifier. */
export function identifierQuery({ system, value }: Identifier): string {
  return `identifier=${system}|${value}`;
}

/** A resource that is created, or replaced when it exists, by its first identifier. */
export function seedEntry(resource: Resource & { readonly identifier?: Identifier | Identifier[] }): BundleEntry {
  const identifier = [resource.identifier ?? []].flat()[0];
  if (!identifier?.value) {
    throw new Error(`A seeded ${resource.resourceType} needs an identifier`);
  }
  const query = identifierQuery(identifier);
  return {
    fullUrl: urnOf(`${resource.resourceType} ${query}`),
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}?${query}` },
  };
}

/** Reference from one entry of a bundle to another of the same bundle, by the type and identifier of that one. */
export function entryReference(resourceType: string, identifier: Identifier): { reference: string } {
  return { reference: urnOf(`${resourceType} ${identifierQuery(identifier)}`) };
}
