import type { WithId } from '@medplum/core';
import type { Composition, DocumentReference } from '@medplum/fhirtypes';
import type { Repository } from '../../repository/index.ts';
import { recordDecision } from '../prompts/review-decision.ts';
import { loadComposition } from './load-note.ts';
import { withNoteState } from './note-resources.ts';
import { moveTask } from './review-task.ts';

/** Why a draft goes no further. */
export interface Discarding {
  readonly outcome: 'rejected' | 'expired';
  /** Who decided so; absent where nobody did. */
  readonly reviewer?: string;
  readonly at: Date;
  readonly seconds?: number;
}

/** Marks a draft as entered in error, with its Composition and its Task, and puts on record why; within a transaction. */
export async function discardNote(
  repository: Repository,
  document: WithId<DocumentReference>,
  { outcome, reviewer, at, seconds }: Discarding,
): Promise<WithId<DocumentReference>> {
  const composition = await loadComposition(repository, document);
  if (composition) {
    const discarded: WithId<Composition> = { ...composition, status: 'entered-in-error' };
    await repository.updateResource<Composition>(discarded, { ifMatch: composition.meta?.versionId });
  }
  const discarded: DocumentReference = { ...withNoteState(document, 'rejected'), docStatus: 'entered-in-error' };
  const written = await repository.updateResource<DocumentReference>(discarded, { ifMatch: document.meta?.versionId });
  await recordDecision(repository, written, { outcome, reviewer, at, seconds });
  await moveTask(repository, written, { state: 'rejected', decision: outcome, seconds });
  return written;
}
