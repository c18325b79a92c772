import { isDeepStrictEqual } from 'node:util';
import { Operator } from '@medplum/core';
import type { Medication, ProjectMembership, Resource } from '@medplum/fhirtypes';
import {
  assertNoSelfGrant,
  keepNote,
  keepNoteLifeCycle,
  labelPartTwo,
  ordersControlledDrug,
  policyIdsOf,
} from './access/index.ts';
import { requireStepUpOf } from './auth/index.ts';
import { FhirError } from './fhir/index.ts';
import { keepPrompts, keepSources } from './operations/index.ts';
import type { DeletionGuard, Repository, WriteGuard } from './repository/index.ts';
import { slotBooking } from './slot-booking.ts';
import type { ProgramOf } from './substance-use-program.ts';

export interface SafeguardDependencies {
  readonly systemRepository: (tenant: number) => Repository;
  readonly programOf: ProgramOf;
  readonly clock: () => Date;
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
  /** A controlled drug is prescribed by somebody who is really there. */
  const controlledDrugs: WriteGuard = async ({ context, grant, before, after }) => {
    const medicationOf = (id: string) =>
      dependencies
        .systemRepository(context.tenant)
        .readResource<Medication>('Medication', id)
        .catch(() => undefined);
    if (after.resourceType === 'MedicationRequest' && !grant.system) {
      if (await ordersControlledDrug(before, after, medicationOf)) {
        requireStepUpOf(context, dependencies.clock());
      }
    }
    return after;
  };
  const partTwo: WriteGuard = ({ context, before, after }) =>
    labelPartTwo(before, after, () => dependencies.programOf(context.tenant, context.projectId));
  return [
    refuseAuditEvents,
    noSelfGrant,
    namesPeople,
    controlledDrugs,
    noteLifeCycle,
    keepSources(dependencies.systemRepository, dependencies.clock),
    keepPrompts,
    partTwo,
    // Last of all: it takes what nobody else may have then.
    slotBooking(dependencies.systemRepository),
  ];
}

/** Notes that an AI drafted do not disappear. */
export const keepNotes: DeletionGuard = ({ grant, before }) => {
  if (!grant.system) {
    keepNote(before);
  }
};
