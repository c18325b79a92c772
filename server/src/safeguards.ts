import { isDeepStrictEqual } from 'node:util';
import { Operator } from '@medplum/core';
import type { Project, ProjectMembership, Resource } from '@medplum/fhirtypes';
import { assertNoSelfGrant, keepNote, keepNoteLifeCycle, labelPartTwo, policyIdsOf } from './access/index.ts';
import { requireStepUpOf } from './auth/index.ts';
import { FhirError } from './fhir/index.ts';
import { keepPrompts, keepSources } from './operations/index.ts';
import type { DeletionGuard, Repository, WriteGuard } from './repository/index.ts';

/** How long the settings of a project are believed, in ms. */
const BELIEVED_MS = 5000;

/** Name of the Project setting that says, with `valueBoolean: false`, that a clinic is no programme under 42 CFR Part 2. */
export const PART_TWO_SETTING = 'part2Program';

export interface SafeguardDependencies {
  readonly systemRepository: (tenant: number) => Repository;
  readonly clock: () => Date;
}

/** Is a clinic a programme under 42 CFR Part 2? It is until its Project says otherwise. */
function partTwoPrograms({
  systemRepository,
  clock,
}: SafeguardDependencies): (tenant: number, projectId: string) => Promise<boolean> {
  const known = new Map<number, { readonly applies: Promise<boolean>; readonly until: number }>();
  const load = async (tenant: number, projectId: string): Promise<boolean> => {
    const project = await systemRepository(tenant)
      .readResource<Project>('Project', projectId)
      .catch(() => undefined);
    return project?.setting?.find((setting) => setting.name === PART_TWO_SETTING)?.valueBoolean !== false;
  };
  return (tenant, projectId) => {
    const now = clock().getTime();
    const entry = known.get(tenant);
    if (entry && entry.until > now) {
      return entry.applies;
    }
    const applies = load(tenant, projectId);
    known.set(tenant, { applies, until: now + BELIEVED_MS });
    return applies;
  };
}

/** Types by which somebody could widen his own rights. */
const STEERING: ReadonlySet<string> = new Set(['AccessPolicy', 'ProjectMembership']);

const refuseAuditEvents: WriteGuard = ({ after }) => {
  if (after.resourceType === 'AuditEvent') {
    const text = 'AuditEvents are written by the server alone, and never changed';
    throw new FhirError(403, [{ severity: 'error', code: 'forbidden', key: 'audit-read-only', text }], 'forbidden');
  }
  return after;
};

/** What holds for every write, whatever policy the writer has: audit records, the life of notes, labels of 42 CFR Part 2. */
export function safeguards(dependencies: SafeguardDependencies): WriteGuard[] {
  const isProgram = partTwoPrograms(dependencies);
  const noteLifeCycle: WriteGuard = ({ context, grant, before, after }) => {
    if (grant.system) {
      return after;
    }
    const { author, depth } = context;
    return keepNoteLifeCycle(before, after, {
      profile: author,
      isBot: depth > 0 || author.startsWith('Bot/') || author.startsWith('Device/'),
    });
  };
  const noSelfGrant: WriteGuard = async ({ context, grant, before, after }) => {
    const ownPolicies = async (): Promise<string[]> => {
      const filters = [{ code: 'profile', operator: Operator.EQUALS, value: context.author }];
      const own = await dependencies
        .systemRepository(context.tenant)
        .searchResources<ProjectMembership>({ resourceType: 'ProjectMembership', filters });
      return own.flatMap(policyIdsOf);
    };
    if (!grant.system && STEERING.has(after.resourceType)) {
      await assertNoSelfGrant(before, after, { profile: context.author, ownPolicies });
    }
    return after;
  };
  /** Who names the people of a clinic is changed by somebody who is really there. */
  const namesPeople: WriteGuard = ({ context, grant, before, after }) => {
    const providerOf = (resource?: Resource) =>
      resource?.resourceType === 'ClientApplication' ? resource.identityProvider : undefined;
    if (!grant.system && !isDeepStrictEqual(providerOf(before), providerOf(after))) {
      requireStepUpOf(context, dependencies.clock());
    }
    return after;
  };
  const partTwo: WriteGuard = ({ context, before, after }) =>
    labelPartTwo(before, after, () => isProgram(context.tenant, context.projectId));
  return [
    refuseAuditEvents,
    noSelfGrant,
    namesPeople,
    noteLifeCycle,
    keepSources(dependencies.systemRepository, dependencies.clock),
    keepPrompts,
    partTwo,
  ];
}

/** Notes that an AI drafted do not disappear. */
export const keepNotes: DeletionGuard = ({ grant, before }) => {
  if (!grant.system) {
    keepNote(before);
  }
};
