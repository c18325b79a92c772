import type { Resource } from '@medplum/fhirtypes';
import type { Issue, StoredResource } from '../fhir/index.ts';

/** One resource on a page of a search. */
export interface SearchEntry {
  readonly stored: StoredResource;
  readonly mode: 'match' | 'include';
  /** The resource within `stored` that was found, when it is to be shown itself. */
  readonly contained?: Resource;
}

/** One page of a search. */
export interface SearchPage {
  readonly entries: readonly SearchEntry[];
  readonly total?: number;
  /** Token of the next page; absent on the last. */
  readonly next?: string;
  readonly warnings: readonly Issue[];
}
