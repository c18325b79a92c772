import type { CodeableConcept, Coding, Identifier, Reference, Resource } from '@medplum/fhirtypes';

/** `Type/id/_history/version`, or `Type/id` when the version is not known; undefined without an id. */
export function versionedReference(resource: Resource): string | undefined {
  if (!resource.id) {
    return undefined;
  }
  const literal = `${resource.resourceType}/${resource.id}`;
  return resource.meta?.versionId ? `${literal}/_history/${resource.meta.versionId}` : literal;
}

/** The `Type/id` inside a reference, without base and version; undefined for anything else than a literal reference. */
export function literalOf(reference: Reference | undefined): string | undefined {
  const match = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(
    reference?.reference ?? '',
  );
  return match ? `${match[1]}/${match[2]}` : undefined;
}

/** The id inside a literal reference to one resource type. */
export function idOf(reference: Reference | undefined, type: Resource['resourceType']): string | undefined {
  const [found, id] = (literalOf(reference) ?? '').split('/');
  return found === type ? id : undefined;
}

/** Does the concept carry this code? */
export function hasCode(concept: CodeableConcept | undefined, system: string, code: string): boolean {
  return concept?.coding?.some((coding) => coding.system === system && coding.code === code) ?? false;
}

/** The concept's first coding of a system. */
export function codingOf(concept: CodeableConcept | undefined, system: string): Coding | undefined {
  return concept?.coding?.find((coding) => coding.system === system);
}

/** The value of the first identifier of a system. */
export function identifierOf(identifiers: readonly Identifier[] | undefined, system: string): string | undefined {
  return identifiers?.find((identifier) => identifier.system === system)?.value;
}
