import type { WithId } from '@medplum/core';
import type { Project } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { BRAND } from './branding.ts';
import type { AdminRequest } from './project-admin.ts';
import { PHISHING_RESISTANT_MFA, passkeysAskedOf, REQUIRE_MFA, requiresMfa } from './require-mfa.ts';
import { asksSecondApprover, SECOND_APPROVER } from './second-approval.ts';
import { requireRecentStepUp } from './step-up.ts';

/** One named value of a project: a setting or a secret. */
export const SETTING = z.object({
  name: z.string().min(1).max(100),
  valueString: z.string().max(4000).optional(),
  valueBoolean: z.boolean().optional(),
  valueInteger: z.number().int().optional(),
  valueDecimal: z.number().optional(),
});

/** `POST admin/projects/:id/settings`: each named setting gets its new value, the others stay. Medplum's app sends a list. */
export const PROJECT_SETTINGS = z.preprocess(
  (body) => (Array.isArray(body) ? { setting: body } : body),
  z.object({ setting: z.array(SETTING).max(100) }),
);

/** @throws FhirError 400 for a look that would not be shown; an empty value takes one away. */
function checkBrand(settings: readonly z.infer<typeof SETTING>[]): void {
  const given = settings.filter(({ name, valueString }) => name in BRAND.shape && valueString !== '');
  const { error } = BRAND.safeParse(Object.fromEntries(given.map(({ name, valueString }) => [name, valueString])));
  const [issue] = error?.issues ?? [];
  if (issue) {
    throw invalid('setting-invalid', `The setting ${issue.path.join('.')} ${issue.message}`, 'setting');
  }
}

/**
 * Changes settings of a project, in both places where it is kept. A person who turns the second factor off must have
 * proven within five minutes to be there.
 * @throws FhirError 400, 403
 */
export async function changeSettings(
  deps: AuthDependencies,
  { tenant, project, state }: AdminRequest,
  request: z.infer<typeof PROJECT_SETTINGS>,
): Promise<WithId<Project>> {
  checkBrand(request.setting);
  const names = new Set(request.setting.map(({ name }) => name));
  const kept = (project.setting ?? []).filter(({ name }) => !names.has(name));
  const changed: WithId<Project> = { ...project, setting: [...kept, ...request.setting] };
  if (asksSecondApprover(project) && !asksSecondApprover(changed) && !state.isSuperAdmin) {
    throw forbidden('second-approver-kept', 'Only operators of the platform let admins change rights alone');
  }
  const weakensFactor = requiresMfa(project) && !requiresMfa(changed);
  if (weakensFactor || passkeysAskedOf(project) !== passkeysAskedOf(changed)) {
    requireRecentStepUp(state, deps.clock());
  }
  const saved = await deps.systemRepository(tenant).updateResource<Project>(changed);
  await deps.systemRepository(0).updateResource<Project>(changed);
  for (const setting of [REQUIRE_MFA, PHISHING_RESISTANT_MFA, SECOND_APPROVER].filter((name) => names.has(name))) {
    deps.log({ event: 'auth.settings-changed', tenant, setting });
  }
  return saved;
}
