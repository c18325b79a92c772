/** Runs of bots, undelivered changes and the audit → what the screens of administration show. Pure and total. */
export type { AuditLine, ChartAccess, ChartViewer } from './audit-line.ts';
export { auditLine, chartAccesses, chartViewers } from './audit-line.ts';
export type { BotRun, Replay, RunDetail, RunPage, RunState } from './bot-run.ts';
export { mergeRuns, replayOf, runDetail, runPage } from './bot-run.ts';
export type { DeadLetter } from './dead-letter.ts';
export { deadLetters } from './dead-letter.ts';
export type { ProposedChange } from './proposed-change.ts';
export { changedElements, changeWords, proposedChanges } from './proposed-change.ts';
