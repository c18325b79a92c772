import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { MemberRights } from './clinic.ts';
import { findPolicies } from './find-resource.ts';
import { isStaff } from './require-mfa.ts';

const REFERENCE = z.object({ reference: z.string().optional(), display: z.string().optional() });
const POLICY = z.object({
  reference: z.string().regex(/^AccessPolicy\/[A-Za-z0-9\-.]{1,64}$/, 'must be AccessPolicy/id'),
  display: z.string().optional(),
});
const ACCESS = z.object({
  policy: POLICY,
  parameter: z
    .array(z.object({ name: z.string(), valueString: z.string().optional(), valueReference: REFERENCE.optional() }))
    .optional(),
});

/** The rights in a request, as ProjectMembership names them. */
export const RIGHTS = z.object({
  accessPolicy: POLICY.optional(),
  access: z.array(ACCESS).optional(),
  admin: z.boolean().optional(),
});

/** Keeps what was given, and drops what is empty (FHIR has no empty lists). */
export function rightsOf(given: z.infer<typeof RIGHTS>): MemberRights {
  const access = given.access?.map(({ policy, parameter }) => ({ policy, ...(parameter?.length && { parameter }) }));
  return {
    ...(given.accessPolicy && { accessPolicy: given.accessPolicy }),
    ...(access?.length && { access }),
    ...(given.admin && { admin: true }),
  };
}

/** Do the rights name a policy? */
export function namesPolicy(rights: MemberRights): boolean {
  return rights.accessPolicy !== undefined || (rights.access?.length ?? 0) > 0;
}

/**
 * Rights without a policy are those of an owner: everything in the project. Somebody who is under a policy herself gives
 * them to nobody, neither to a client or bot of hers nor to a second account.
 * @throws FhirError 403
 */
export function checkUnlimited({ userReference, policies }: AuthState, rights: MemberRights): void {
  if (userReference.startsWith('User/') && policies.length > 0 && !namesPolicy(rights)) {
    throw forbidden('rights-unlimited', 'Name an AccessPolicy: rights without one are not yours to give');
  }
}

/** @throws FhirError 400 for a patient or a relative as admin: the realms of staff and patients are apart. */
export function checkAdmin(rights: MemberRights, profileReference: string | undefined): void {
  if (rights.admin && !isStaff(profileReference)) {
    throw invalid('admin-patient', 'A patient or a relative cannot be an admin', 'membership.admin');
  }
}

/** @throws FhirError 400 when a named policy is not in the project: a membership with it could see nothing. */
export async function checkPolicies(deps: AuthDependencies, tenant: number, rights: MemberRights): Promise<void> {
  const policies = [...(rights.access ?? []).map((entry) => entry.policy), rights.accessPolicy];
  const ids = policies.flatMap((policy) => policy?.reference?.split('/')[1] ?? []);
  const found = await findPolicies(deps.database, tenant, ids);
  const missing = ids.find((id) => !found.has(id));
  if (missing) {
    throw invalid('policy-unknown', `AccessPolicy/${missing} is not in this project`, 'access.policy');
  }
}
