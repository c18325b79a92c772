import type { SearchTerminology } from './search/index.ts';
import type { ResourceReader, Terminology } from './terminology/index.ts';

/** What searches ask of terminology, with the value sets and code systems of the tenant that searches. */
export function searchTerminology(
  terminology: Terminology,
  readerOf: (tenant: number) => ResourceReader,
): SearchTerminology {
  return {
    expand: (tenant, valueSet) => terminology.codes(valueSet, readerOf(tenant)),
    related: (tenant, how, system, code) => terminology.related(how, system, code, readerOf(tenant)),
  };
}
