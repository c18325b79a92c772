import type { AccessPolicy, ProjectMembership, Resource } from '@medplum/fhirtypes';
import { forbidden } from '../fhir/index.ts';

const rightsOf = ({ access, accessPolicy, admin }: Partial<ProjectMembership>): string =>
  JSON.stringify([access ?? [], accessPolicy?.reference ?? '', admin === true]);

const rulesOf = (policy: Partial<AccessPolicy>): string => JSON.stringify(policy.resource ?? []);

/** Ids of the policies that a membership names. */
export function policyIdsOf({ access, accessPolicy }: ProjectMembership): string[] {
  const references = [...(access ?? []).map(({ policy }) => policy), accessPolicy];
  return references.flatMap((policy) => policy?.reference?.split('/')[1] ?? []);
}

/**
 * Nobody widens his own rights: a person changes neither those of his own membership nor the rules of a policy that it
 * names. `ownPolicies` gives the ids of those.
 * @throws FhirError 403
 */
export async function assertNoSelfGrant(
  before: Resource | undefined,
  after: Resource,
  person: { readonly profile: string; readonly ownPolicies: () => Promise<readonly string[]> },
): Promise<void> {
  if (!before || !person.profile.startsWith('Practitioner/')) {
    return;
  }
  if (before.resourceType === 'ProjectMembership' && after.resourceType === 'ProjectMembership') {
    if (before.profile.reference === person.profile && rightsOf(before) !== rightsOf(after)) {
      throw forbidden('self-grant', 'Your own rights are changed by another admin');
    }
  }
  if (
    before.resourceType === 'AccessPolicy' &&
    after.resourceType === 'AccessPolicy' &&
    rulesOf(before) !== rulesOf(after)
  ) {
    if ((await person.ownPolicies()).includes(after.id ?? '')) {
      throw forbidden('self-grant', 'The rules of a policy that you are under are changed by another admin');
    }
  }
}
