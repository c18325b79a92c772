/** Judging a draft beside what it rests on. */
export { DraftReview } from './draft-review.tsx';
export { MarkedText } from './marked-text.tsx';
export { NoteSections } from './note-sections.tsx';
export { scrollInside } from './scroll-inside.ts';
export { TranscriptPane } from './transcript-pane.tsx';
