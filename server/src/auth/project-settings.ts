import type { WithId } from '@medplum/core';
import type { Project } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { isSteppedUp } from './mfa.ts';
import type { AdminRequest } from './project-admin.ts';
import { REQUIRE_MFA, requiresMfa } from './require-mfa.ts';

const SETTING = z.object({
  name: z.string().min(1).max(100),
  valueString: z.string().max(4000).optional(),
  valueBoolean: z.boolean().optional(),
  valueInteger: z.number().int().optional(),
  valueDecimal: z.number().optional(),
});

/** `POST admin/projects/:id/settings`: each named setting gets its new value, the others stay. */
export const PROJECT_SETTINGS = z.object({ setting: z.array(SETTING).max(100) });

/**
 * Changes settings of a project, in both places where it is kept. A person who turns the second factor off must have
 * proven within five minutes to be there.
 * @throws FhirError 403
 */
export async function changeSettings(
  deps: AuthDependencies,
  { tenant, project, state }: AdminRequest,
  request: z.infer<typeof PROJECT_SETTINGS>,
): Promise<WithId<Project>> {
  const names = new Set(request.setting.map(({ name }) => name));
  const kept = (project.setting ?? []).filter(({ name }) => !names.has(name));
  const changed: WithId<Project> = { ...project, setting: [...kept, ...request.setting] };
  const weakens = requiresMfa(project) && !requiresMfa(changed);
  if (weakens && state.userReference.startsWith('User/') && !isSteppedUp(state, deps.clock())) {
    throw forbidden('step-up-required', 'Prove first that it is you: POST auth/step-up');
  }
  const saved = await deps.systemRepository(tenant).updateResource<Project>(changed);
  await deps.systemRepository(0).updateResource<Project>(changed);
  if (names.has(REQUIRE_MFA)) {
    deps.log({ event: 'auth.settings-changed', tenant, setting: REQUIRE_MFA });
  }
  return saved;
}
