import type { StoredResource } from '../fhir/index.ts';

/** A version together with the number of its row. */
export interface StoredRow extends StoredResource {
  readonly rid: number;
}
