import { abstain, draft, type Outcome } from '../kit/index.ts';
import type { DraftNote } from './draft-note.ts';
import { draftNote } from './engine.ts';

/** Longest transcript that is drafted from, in UTF-16 units: some ten hours of talk. */
const LONGEST = 500_000;
/** A note with fewer sentences says too little to be one. */
const FEWEST = 2;
/** Commonest words of spoken English; a transcript without them is in another language or no talk at all. */
const ENGLISH = /\b(?:the|and|you|i|it|to|a|is|have|that|of|in|do|no|yes|my|your)\b/gi;

/**
 * Drafts a note, or says why not: an empty, endless, binary or foreign transcript, or one with nothing clinical in it, is
 * no ground for a note.
 */
export function draftOrAbstain(transcript: string, chart: readonly string[] = []): Outcome<DraftNote> {
  const words = transcript.split(/\s+/).filter((word) => word !== '').length;
  if (words === 0) {
    return abstain('transcript-empty', 'The transcript is empty.');
  }
  if (transcript.length > LONGEST) {
    return abstain('transcript-too-long', `The transcript is longer than ${LONGEST} characters.`);
  }
  if (/[^\P{Cc}\t\n\r]|\ufffd/u.test(transcript)) {
    return abstain('transcript-not-text', 'The transcript is not plain text.');
  }
  if ((transcript.match(ENGLISH)?.length ?? 0) < words * 0.1) {
    return abstain('transcript-language', 'The transcript is not in English.');
  }
  const note = draftNote(transcript, chart);
  return note.sentences.length < FEWEST
    ? abstain('nothing-clinical', 'The transcript holds too little of clinical meaning for a note.')
    : draft(note);
}
