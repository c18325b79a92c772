/** Runs of bots, undelivered changes and the audit → what the screens of administration show. Pure and total. */

export type { AccessExplanation, ExplainedRule } from './access-explanation.ts';
export { accessExplanation, recordOf, sourceWords } from './access-explanation.ts';
export type { AuditLine, ChartAccess, ChartViewer } from './audit-line.ts';
export { auditLine, chartAccesses, chartViewers } from './audit-line.ts';
export type { BotRun, Replay, RunDetail, RunState } from './bot-run.ts';
export { mergeRuns, replayOf, runDetail, runPage } from './bot-run.ts';
export type { DeadLetter } from './dead-letter.ts';
export { deadLetters } from './dead-letter.ts';
export type { DeployedPrompt, PromptReport, PromptVersion } from './prompt-version.ts';
export { deployedPrompts, PROMPTS_QUERY, promptDocument, promptVersions } from './prompt-version.ts';
export type { ProposedChange } from './proposed-change.ts';
export { changedElements, changeWords, proposedChanges } from './proposed-change.ts';
