import { abstain, draft, type Outcome } from '../kit/index.ts';
import type { DraftNote } from './draft-note.ts';
import { draftNote } from './engine.ts';
import { visitOf } from './visit.ts';

/** A note with fewer sentences says too little to be one. */
export const FEWEST_SENTENCES = 2;

/**
 * Drafts a note by rules, or says why not: an empty, endless, binary or foreign transcript, or one with nothing clinical
 * in it, is no ground for a note. Words that address the software are no part of the visit.
 */
export function draftOrAbstain(transcript: string, chart: readonly string[] = []): Outcome<DraftNote> {
  const visit = visitOf(transcript);
  if (visit.kind === 'abstain') {
    return visit;
  }
  const { sentences } = draftNote(visit.value.said, chart);
  return sentences.length < FEWEST_SENTENCES
    ? abstain('nothing-clinical', 'The transcript holds too little of clinical meaning for a note.')
    : draft({ sentences });
}
