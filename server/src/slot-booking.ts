import { Operator } from '@medplum/core';
import type { Appointment, Reference, Resource, Slot } from '@medplum/fhirtypes';
import { conflict, FhirError, parseReference, unprocessable } from './fhir/index.ts';
import type { Repository, WriteGuard } from './repository/index.ts';

/** What is no longer, or not yet, a visit at its time. */
const OVER: ReadonlySet<string> = new Set(['cancelled', 'noshow', 'entered-in-error']);

const taken = (): FhirError => conflict('slot-taken', 'The Slot is not free; choose another one');

const slotsOf = (resource: Resource | undefined): readonly Reference<Slot>[] =>
  resource?.resourceType === 'Appointment' && !OVER.has(resource.status) ? (resource.slot ?? []) : [];

/** Sets a Slot from one status to another, when it has that one; of many at once exactly one does it. */
async function turn(
  system: Repository,
  { reference }: Reference<Slot>,
  from: Slot['status'],
  to: Slot['status'],
): Promise<boolean> {
  const named = parseReference(reference ?? '');
  if (named?.type !== 'Slot') {
    throw taken();
  }
  const slot = await system.readResource<Slot>('Slot', named.id).catch(() => undefined);
  if (slot?.status !== from) {
    return false;
  }
  try {
    await system.update('Slot', named.id, { ...slot, status: to }, { ifMatch: slot.meta?.versionId ?? '' });
    return true;
  } catch (error) {
    if (error instanceof FhirError && error.status === 412) {
      return false;
    }
    throw error;
  }
}

async function isBooked(system: Repository, { reference = '' }: Reference<Slot>): Promise<boolean> {
  const found = await system.searchResources<Appointment>({
    resourceType: 'Appointment',
    filters: [{ code: 'slot', operator: Operator.EQUALS, value: reference }],
  });
  return found.some(({ status }) => !OVER.has(status));
}

/** Takes every Slot, or none. @throws FhirError 409 */
async function take(system: Repository, slots: readonly Reference<Slot>[]): Promise<void> {
  const held: Reference<Slot>[] = [];
  for (const slot of slots) {
    const isTaken = (await turn(system, slot, 'free', 'busy')) && !(await isBooked(system, slot));
    if (!isTaken) {
      await release(system, held);
      throw taken();
    }
    held.push(slot);
  }
}

async function release(system: Repository, slots: readonly Reference<Slot>[]): Promise<void> {
  for (const slot of slots) {
    await turn(system, slot, 'busy', 'free');
  }
}

/**
 * Patients and who acts for them book into free Slots alone, and a Slot once: it turns busy before their Appointment is
 * kept, and free again when they cancel. The staff, who may squeeze somebody in, keep Slots themselves.
 * @see security.md S79, the row of the patient
 */
export function slotBooking(systemRepository: (tenant: number) => Repository): WriteGuard {
  return async ({ context, grant, before, after, isPart }) => {
    const isPortal = /^(?:Patient|RelatedPerson)\//.test(context.author) && !grant.system;
    if (!isPortal || after.resourceType !== 'Appointment') {
      return after;
    }
    const [had, wanted] = [slotsOf(before), slotsOf(after)];
    const has = (list: readonly Reference<Slot>[], { reference }: Reference<Slot>): boolean =>
      list.some((one) => one.reference === reference);
    const [added, gone] = [wanted.filter((one) => !has(had, one)), had.filter((one) => !has(wanted, one))];
    if (isPart && added.length + gone.length > 0) {
      throw unprocessable('slot-apart', 'Book and cancel in a request of its own, not within a transaction');
    }
    const system = systemRepository(context.tenant);
    await take(system, added);
    await release(system, gone);
    return after;
  };
}
