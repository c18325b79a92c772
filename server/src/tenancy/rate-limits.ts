import type { Project } from '@medplum/fhirtypes';

/** Most requests in a minute; 0 sets no limit. */
export interface RateLimits {
  /** Of a whole clinic. */
  readonly tenant: number;
  /** Of one person in it. */
  readonly user: number;
  /** Of one client or bot in it. */
  readonly client: number;
}

/** Names of the Project settings that override the limits of the installation for one clinic. */
const SETTINGS = { tenant: 'rateLimitTenant', user: 'rateLimitUser', client: 'rateLimitClient' } as const;

const known = new WeakMap<Project, RateLimits>();

function limitOf(project: Project, name: string): number | undefined {
  const value = project.systemSetting?.find((setting) => setting.name === name)?.valueInteger;
  return value !== undefined && value >= 0 ? value : undefined;
}

/** The limits of a clinic: what its Project says in `systemSetting`, which only the platform writes, else the installation's. */
export function rateLimitsOf(project: Project, installation: RateLimits): RateLimits {
  let limits = known.get(project);
  if (!limits) {
    limits = {
      tenant: limitOf(project, SETTINGS.tenant) ?? installation.tenant,
      user: limitOf(project, SETTINGS.user) ?? installation.user,
      client: limitOf(project, SETTINGS.client) ?? installation.client,
    };
    known.set(project, limits);
  }
  return limits;
}
