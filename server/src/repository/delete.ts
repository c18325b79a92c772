import { notFound, type StoredResource } from '../fhir/index.ts';
import { commit } from './commit.ts';
import { storedOf } from './create.ts';
import { prepareDelete } from './prepare.ts';
import type { Scope } from './scope.ts';
import { assertVersion, findBefore, retryOvertaken } from './update.ts';

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
  const forget = (): void => scope.recent.delete(scope.context.tenant, type, id);
  return retryOvertaken(
    options.ifMatch,
    scope,
    async () => {
      const before = await findBefore(scope, type, id, 'delete', options.ifMatch);
      if (!before) {
        throw notFound();
      }
      assertVersion(before.row, options.ifMatch);
      if (before.row.deleted) {
        return before.row;
      }
      const change = await prepareDelete(scope, before);
      await commit(scope, [change]);
      forget();
      return storedOf(scope, change);
    },
    forget,
  );
}
