import { Operator, type WithId } from '@medplum/core';
import type { DocumentReference, Task, TaskOutput } from '@medplum/fhirtypes';
import { noteDecisionCoding, noteStatusCoding, taskCoding } from '@mindbridge/fhir-profiles';
import type { Repository } from '../../repository/index.ts';

/** The states to which the server moves a review's Task. */
export type ReviewState = 'draft' | 'reviewed' | 'signed' | 'rejected';

const STATUS: Readonly<Record<ReviewState, Task['status']>> = {
  draft: 'in-progress',
  reviewed: 'in-progress',
  signed: 'completed',
  rejected: 'cancelled',
};

/** The Task of a note's review; undefined where a bot made none. */
export async function reviewTask(repository: Repository, documentId: string): Promise<WithId<Task> | undefined> {
  const filters = [
    { code: 'focus', operator: Operator.EQUALS, value: `DocumentReference/${documentId}` },
    { code: 'code', operator: Operator.EQUALS, value: `${taskCoding.reviewNote.system}|${taskCoding.reviewNote.code}` },
  ];
  const [task] = await repository.searchResources<Task>({ resourceType: 'Task', filters, count: 1 });
  return task;
}

/** Where a review has come to. */
export interface ReviewStep {
  readonly state: ReviewState;
  readonly decision?: 'accepted' | 'edited' | 'rejected' | 'expired';
  readonly seconds?: number;
}

/** Moves the Task of a note's review to a state, and puts down what was decided. */
export async function moveTask(
  repository: Repository,
  document: WithId<DocumentReference>,
  { state, decision, seconds }: ReviewStep,
): Promise<void> {
  const task = await reviewTask(repository, document.id);
  if (!task) {
    return;
  }
  const output: TaskOutput[] = decision
    ? [{ type: { coding: [noteDecisionCoding[decision]] }, valueBoolean: true }]
    : [];
  const outputs = [...(task.output ?? []), ...output, ...secondsOutput(seconds)];
  await repository.updateResource<Task>({
    ...task,
    status: STATUS[state],
    businessStatus: { coding: [noteStatusCoding[state]] },
    ...(outputs.length > 0 && { output: outputs }),
  });
}

function secondsOutput(seconds: number | undefined): TaskOutput[] {
  const valueQuantity = { value: seconds, unit: 's', system: 'http://unitsofmeasure.org', code: 's' };
  return seconds === undefined ? [] : [{ type: { text: 'seconds of review' }, valueQuantity }];
}
