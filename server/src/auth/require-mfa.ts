import type { Project } from '@medplum/fhirtypes';

/** Name of the Project setting that asks staff for a second factor. */
export const REQUIRE_MFA = 'requireMfa';

/** Must staff of this project have a second factor? Written into every new project as true; one that says nothing does not ask. */
export function requiresMfa(project: Pick<Project, 'setting'>): boolean {
  return project.setting?.find((setting) => setting.name === REQUIRE_MFA)?.valueBoolean === true;
}

/** Are these profiles those of staff? Patients and their relatives may, but need not, have a second factor. */
export function isStaff(profileReference: string | undefined): boolean {
  return !/^(?:Patient|RelatedPerson)\//.test(profileReference ?? '');
}
