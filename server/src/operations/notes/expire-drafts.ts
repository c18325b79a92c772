import { Operator } from '@medplum/core';
import type { DocumentReference, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { FhirError } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';
import { discardNote } from './discard-note.ts';
import { unlessMissing } from './load-note.ts';

/** What the look at forgotten drafts needs from the house. */
export interface ExpiryOptions {
  readonly tenants: readonly number[];
  readonly systemRepository: (tenant: number) => Repository;
  /** Days after which a draft that nobody answered is of no use any more. */
  readonly days: number;
  readonly clock: () => Date;
}

const PAGE = 100;

async function forgotten(repository: Repository, before: Date): Promise<Task[]> {
  const { system, code } = taskCoding.reviewNote;
  const filters = [
    { code: 'code', operator: Operator.EQUALS, value: `${system}|${code}` },
    { code: 'status', operator: Operator.EQUALS, value: 'requested,in-progress' },
    { code: '_lastUpdated', operator: Operator.LESS_THAN, value: before.toISOString() },
  ];
  return repository.searchResources<Task>({ resourceType: 'Task', filters, count: PAGE });
}

async function expire(repository: Repository, task: Task, at: Date): Promise<boolean> {
  const [type, id] = (task.focus?.reference ?? '').split('/');
  const document =
    type === 'DocumentReference' && id !== undefined
      ? await unlessMissing(repository.readResource<DocumentReference>('DocumentReference', id))
      : undefined;
  if (document?.docStatus !== 'preliminary') {
    return false;
  }
  await repository.withTransaction((each) => discardNote(each, document, { outcome: 'expired', at }));
  return true;
}

/**
 * Discards the drafts that nobody has touched for so many days, and puts on record that they expired. One that somebody
 * touches at the same moment is left to them.
 * @returns how many expired.
 * @see ai.md §7
 */
export async function expireDrafts({ tenants, systemRepository, days, clock }: ExpiryOptions): Promise<number> {
  const now = clock();
  const before = new Date(now.getTime() - days * 86_400_000);
  let expired = 0;
  for (const tenant of tenants) {
    const repository = systemRepository(tenant);
    for (const task of await forgotten(repository, before)) {
      const isExpired = await expire(repository, task, now).catch((error: unknown) => {
        if (error instanceof FhirError) {
          return false;
        }
        throw error;
      });
      expired += Number(isExpired);
    }
  }
  return expired;
}
