import type { Project, ProjectMembership } from '@medplum/fhirtypes';

/** Name of the Project setting that asks staff for a second factor. */
export const REQUIRE_MFA = 'requireMfa';

/** Name of the Project setting that asks `admins`, or all `staff`, for a passkey: a factor that cannot be phished. */
export const PHISHING_RESISTANT_MFA = 'phishingResistantMfa';

type Settings = Pick<Project, 'setting'>;

/** Must staff of this project have a second factor? Written into every new project as true; one that says nothing does not ask. */
export function requiresMfa(project: Settings): boolean {
  return project.setting?.find((setting) => setting.name === REQUIRE_MFA)?.valueBoolean === true;
}

/** Are these profiles those of staff? Patients and their relatives may, but need not, have a second factor. */
export function isStaff(profileReference: string | undefined): boolean {
  return !/^(?:Patient|RelatedPerson)\//.test(profileReference ?? '');
}

/** Whom a project asks for a passkey. */
export function passkeysAskedOf(project: Settings): 'nobody' | 'admins' | 'staff' {
  const value = project.setting?.find((setting) => setting.name === PHISHING_RESISTANT_MFA)?.valueString;
  return value === 'admins' || value === 'staff' ? value : 'nobody';
}

/** Must this member sign in with a passkey? */
export function requiresPasskey(
  project: Settings,
  { admin, profile }: Pick<ProjectMembership, 'admin' | 'profile'>,
): boolean {
  const asked = passkeysAskedOf(project);
  return asked === 'staff' ? isStaff(profile.reference) : asked === 'admins' && admin === true;
}
