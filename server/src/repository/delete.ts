import { notFound, type StoredResource } from '../fhir/index.ts';
import { commit } from './commit.ts';
import { storedOf } from './create.ts';
import { prepareDelete } from './prepare.ts';
import { findRow } from './read.ts';
import type { Scope } from './scope.ts';
import { assertVersion, beforeOf, retryOvertaken } from './update.ts';

/**
 * Deletes a resource softly: a version without content follows, all earlier ones stay. Deleting twice is no error.
 * @throws FhirError 403, 404, 412.
 * @see https://hl7.org/fhir/R4/http.html#delete
 */
export async function remove(
  scope: Scope,
  type: string,
  id: string,
  options: { readonly ifMatch?: string } = {},
): Promise<StoredResource> {
  return retryOvertaken(options.ifMatch, scope, async () => {
    const row = await findRow(scope, type, id, 'delete');
    if (!row) {
      throw notFound();
    }
    assertVersion(row, options.ifMatch);
    if (row.deleted) {
      return row;
    }
    const change = prepareDelete(scope, beforeOf(row));
    await commit(scope, [change]);
    return storedOf(scope, change);
  });
}
