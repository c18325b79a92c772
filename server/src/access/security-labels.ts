import type { Coding, Resource } from '@medplum/fhirtypes';

/** Does the resource carry a label of that code, in whatever code system it was written? */
export function hasLabel(resource: Resource | undefined, code: string): boolean {
  return resource?.meta?.security?.some((label) => label.code === code) === true;
}

/** The resource with labels added that it has not; the same object when there is nothing to add. */
export function withLabels<T extends Resource>(resource: T, labels: readonly Coding[]): T {
  const missing = labels.filter(({ code }) => code !== undefined && !hasLabel(resource, code));
  return missing.length === 0
    ? resource
    : { ...resource, meta: { ...resource.meta, security: [...(resource.meta?.security ?? []), ...missing] } };
}
