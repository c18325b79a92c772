/** Everything between a screen and its FHIR server: sign-in, SMART launch, reading, live changes, and the mapping. No markup. */
export type {
  AccessExplanation,
  AuditLine,
  BotRun,
  ChartAccess,
  ChartViewer,
  DeadLetter,
  DeployedPrompt,
  ExplainedRule,
  PromptReport,
  PromptVersion,
  ProposedChange,
  Replay,
  RunDetail,
  RunState,
} from './administration/index.ts';
export {
  accessExplanation,
  auditLine,
  changedElements,
  changeWords,
  chartAccesses,
  chartViewers,
  deadLetters,
  deployedPrompts,
  mergeRuns,
  PROMPTS_QUERY,
  promptDocument,
  promptVersions,
  proposedChanges,
  recordOf,
  replayOf,
  runDetail,
  runPage,
  sourceWords,
} from './administration/index.ts';
export type { AppClient } from './app-client.ts';
export { createAppClient, WORKSPACE_STORAGE } from './app-client.ts';
export { AppClientProvider, useAppClient, useMedplum } from './app-context.ts';
export type { AppSession, SessionEnd } from './app-session.ts';
export type { Branding, ExternalProvider } from './branding.ts';
export { brandingOf, fetchBranding } from './branding.ts';
export {
  calendarDay,
  clinicZone,
  dayNumber,
  fromWallTime,
  isCalendarDay,
  keepClinicTime,
  otherZoneWords,
  wallTime,
  wallTimeText,
} from './clinic-time.ts';
export type {
  Amount,
  Assessment,
  Band,
  BandCounts,
  Change,
  Counterfactual,
  Evidence,
  Factor,
  OptOut,
  OptOutKind,
  Outreach,
  OutreachForm,
  PatientCard,
  RiskAlert,
  RiskScore,
  RiskThresholds,
  ThresholdNumber,
  WorklistFilter,
  WorklistRow,
  WorklistSort,
  WorkStatus,
} from './clinical/index.ts';
export {
  acknowledged,
  assessment,
  BAND_RANK,
  bandOf,
  displayName,
  evidence,
  filterWorklist,
  isDueToday,
  isHigh,
  isOutreach,
  LOOSEST,
  lastSeenDay,
  newestFirst,
  newOutreachTask,
  openAlerts,
  optOutConsent,
  optOutQuery,
  optOuts,
  outreach,
  outreachByPatient,
  outreachTransaction,
  patientCard,
  queries,
  referencedId,
  riskScore,
  riskThresholds,
  STANDARD_THRESHOLDS,
  shortWorkStatus,
  sortWorklist,
  spokenName,
  THRESHOLDS_QUERY,
  thresholdProblems,
  thresholdsResource,
  trend,
  withWorkStatus,
  worklist,
  workStatusLabel,
} from './clinical/index.ts';
export type { Draft } from './drafts.ts';
export { createDrafts, forgetDrafts, hasDrafts, useDraftText } from './drafts.ts';
export { createIdleWatch } from './idle-watch.ts';
export type { LiveStatus } from './live-feed.ts';
export type {
  CodeDecision,
  CodeDecisions,
  CodedClaim,
  CodeSuggestion,
  EngineAcceptance,
  Finding,
  NoteDraft,
  ReviewRequest,
  Section,
  Sentence,
  TrailStep,
  Transcript,
  Turn,
  VisitLevel,
} from './notes/index.ts';
export {
  abstention,
  aiAcceptance,
  billedCode,
  byWeight,
  codedClaim,
  decisionsOf,
  evidenceTrail,
  finding,
  noteDraft,
  noteQueries,
  noteState,
  reviewParameters,
  sentencesWithin,
  soundTime,
  transcript,
  withCode,
  withDecisions,
  withoutCodes,
} from './notes/index.ts';
export { openOwnSession, openSession } from './open-session.ts';
export { makePasskey, PasskeyCancelledError, passkeysSupported, signWithPasskey } from './passkey.ts';
export type { Problem, ProblemKind } from './problem.ts';
export { fieldErrors, isRefusedFor, problemOf, reasonsOf } from './problem.ts';
export { closeUnlockWindow, openUnlockWindow, SIGN_IN_PATH, safeNext, signOut } from './sign-in.ts';
export type { SmartTokens } from './smart-launch.ts';
export { beginLaunch, completeLaunch, SmartLaunchError, splitFhirBase } from './smart-launch.ts';
export type { ProofMethod, Proven } from './step-up.ts';
export { ProvenProvider, runProven, StepUpCancelledError, useProven } from './step-up.ts';
export type { Answer } from './use-answer.ts';
export { useAnswer } from './use-answer.ts';
export type { House } from './use-house.ts';
export { useHouse } from './use-house.ts';
export { useLiveStatus } from './use-live-status.ts';
export { useMayRead } from './use-may-read.ts';
export type { Me } from './use-me.ts';
export { useMe } from './use-me.ts';
export { useNow } from './use-now.ts';
export { usePractitionerNames } from './use-practitioner-names.ts';
export { useRecording } from './use-recording.ts';
export { useResource } from './use-resource.ts';
export type { SearchResult } from './use-search.ts';
export { useSearch } from './use-search.ts';
export { useSubscription } from './use-subscription.ts';
export { useTranscript } from './use-transcript.ts';
