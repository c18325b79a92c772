import type { Resource } from '@medplum/fhirtypes';
import type { DeletionGuard, WriteGuard } from './repository/index.ts';
import { SUBSTANCE_USE_CODES } from './substance-use-program.ts';

/** What follows a change, once it is committed. */
export interface ChangeConsequences {
  /** Somebody may do more or less than before. */
  readonly access: (tenant: number) => void;
  /** Other codes tell substance-use records. */
  readonly codes: (tenant: number, projectId: string) => void;
  /** Other parameters can be searched by. */
  readonly parameters: (tenant: number) => void;
}

/** Notes what a write changes beyond its own resource, and lets that follow after the commit. */
export interface ChangeWatch {
  readonly guard: WriteGuard;
  readonly deletionGuard: DeletionGuard;
  /** To be called after each commit of a tenant. */
  committed(tenant: number): void;
}

/** Writes of these types change what somebody may do. */
const ACCESS_TYPES = new Set(['AccessPolicy', 'ClientApplication', 'Project', 'ProjectMembership', 'User']);

/** Watches the writes of one process. */
export function createChangeWatch(follow: ChangeConsequences): ChangeWatch {
  const access = new Set<number>();
  const parameters = new Set<number>();
  const codes = new Map<number, string>();
  const note = (tenant: number, { resourceType }: Resource): void => {
    if (ACCESS_TYPES.has(resourceType)) {
      access.add(tenant);
    }
    if (resourceType === 'SearchParameter') {
      parameters.add(tenant);
    }
  };
  return {
    guard: ({ context, after }) => {
      note(context.tenant, after);
      if (after.resourceType === 'ValueSet' && after.url === SUBSTANCE_USE_CODES) {
        codes.set(context.tenant, context.projectId);
      }
      return after;
    },
    deletionGuard: ({ grant, before }) => note(grant.tenant, before),
    committed(tenant) {
      if (parameters.delete(tenant)) {
        follow.parameters(tenant);
      }
      const projectId = codes.get(tenant);
      if (projectId !== undefined && codes.delete(tenant)) {
        follow.codes(tenant, projectId);
      }
      if (access.delete(tenant)) {
        follow.access(tenant);
      }
    },
  };
}
