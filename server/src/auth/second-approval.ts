import type { WithId } from '@medplum/core';
import type { Project, ProjectMembership } from '@medplum/fhirtypes';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { requireRecentStepUp } from './step-up.ts';

/** Name of the Project setting that asks for a second admin before one changes who may do what. */
export const SECOND_APPROVER = 'secondApprover';

/** Must a second admin agree? Written into every new project as true; one that says nothing does not ask. */
export function asksSecondApprover(project: Pick<Project, 'setting'>): boolean {
  return project.setting?.find(({ name }) => name === SECOND_APPROVER)?.valueBoolean === true;
}

/**
 * Does a new member wait for the consent of a second admin?
 * @throws FhirError 403 when he does, and the admin has not proven that it is her.
 */
export async function mustWait(deps: AuthDependencies, state: AuthState): Promise<boolean> {
  const waits = (await deps.secondApprover?.isNeeded(state.context)) === true;
  if (waits) {
    requireRecentStepUp(state, deps.clock());
  }
  return waits;
}

/** A membership that was made inactive becomes active once another admin agrees. */
export async function activateLater(
  deps: AuthDependencies,
  { state }: { readonly state: AuthState },
  membership: WithId<ProjectMembership>,
): Promise<void> {
  await deps.secondApprover?.wait(state.context, membership, { ...membership, active: true });
}
