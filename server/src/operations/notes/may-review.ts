import type { DocumentReference } from '@medplum/fhirtypes';
import { aiLabel } from '@mindbridge/fhir-profiles';
import type { AccessGrant } from '../../access/index.ts';
import { matchesCriteria } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';

/**
 * Could this caller work on a draft that is addressed to them? That is what makes somebody a physician here: the policy
 * lets them change unsigned documents of which they are the authenticator.
 */
export function mayReview(search: Search, grant: AccessGrant, clinician: string, patient: string): boolean {
  const draft: DocumentReference = {
    resourceType: 'DocumentReference',
    meta: { security: [aiLabel] },
    status: 'current',
    docStatus: 'preliminary',
    subject: { reference: patient },
    authenticator: { reference: clinician },
    content: [],
  };
  return grant.ruleSets.every((set) =>
    set
      .rulesFor('DocumentReference', 'update')
      .some(({ criteria }) => criteria === undefined || matchesCriteria(search, criteria, draft) !== false),
  );
}
