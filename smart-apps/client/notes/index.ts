/** Transcripts, drafts, findings and code suggestions → what the review screens show. Pure and total. */
export type { Abstention } from './abstention.ts';
export { abstention } from './abstention.ts';
export type { CodeDecision, CodeDecisions } from './code-decision.ts';
export { withDecisions } from './code-decision.ts';
export type { CodedClaim, CodeSuggestion, VisitLevel } from './code-suggestion.ts';
export { codedClaim, withCode, withoutCodes } from './code-suggestion.ts';
export type { TrailStep } from './evidence-trail.ts';
export { evidenceTrail } from './evidence-trail.ts';
export type { Finding } from './finding.ts';
export { byWeight, finding } from './finding.ts';
export type { NoteDraft, NoteState, Section, Sentence, Support } from './note-draft.ts';
export { noteDraft, noteState, sentencesWithin } from './note-draft.ts';
export { DIAGNOSIS_SYSTEM, noteQueries } from './note-queries.ts';
export type { ReviewDecision, ReviewRequest, SentenceEdit } from './review-request.ts';
export { reviewParameters } from './review-request.ts';
export type { Transcript, Turn } from './transcript.ts';
export { soundTime, transcript, transcriptUrl } from './transcript.ts';
