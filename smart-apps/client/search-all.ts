import type { MedplumClient } from '@medplum/core';
import type { Bundle, Resource, ResourceType } from '@medplum/fhirtypes';
import type { SearchAnswer } from './search-store.ts';

/** How many pages one screen reads at most. */
const MAX_PAGES = 20;

function collect(bundle: Bundle, matches: Resource[], included: Map<string, Resource>): void {
  for (const entry of bundle.entry ?? []) {
    const resource = entry.resource;
    if (!resource || resource.resourceType === 'OperationOutcome') {
      continue;
    }
    if (entry.search?.mode === 'include') {
      included.set(`${resource.resourceType}/${resource.id}`, resource);
    } else {
      matches.push(resource);
    }
  }
}

/** Every page of a search, matches and included resources apart; the pages are followed through `link.next`. */
export async function searchAll(
  medplum: MedplumClient,
  resourceType: ResourceType,
  query: string,
): Promise<SearchAnswer> {
  const matches: Resource[] = [];
  const included = new Map<string, Resource>();
  let next: string | undefined = medplum.fhirSearchUrl(resourceType, query).toString();
  for (let page = 0; next && page < MAX_PAGES; page += 1) {
    const bundle: Bundle = await medplum.get<Bundle>(next, { cache: 'no-cache' });
    collect(bundle, matches, included);
    next = bundle.link?.find((link) => link.relation === 'next')?.url;
  }
  return { matches, included: [...included.values()] };
}
