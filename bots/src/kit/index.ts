/**
 * The kit that every bot stands on. Invariants: pure functions and readonly data; clock, ids and model are passed in;
 * only `@medplum/core` types, `@mindbridge/fhir-profiles` constants and zod are imported.
 */

export { type AbstentionRecord, abstentionEntry } from './abstention.ts';
export { attachmentText, type DownloadClient } from './attachment.ts';
export { fromBase64, toBase64 } from './base64.ts';
export { BotError } from './bot-error.ts';
export { idempotencyKey, inputResource, referenceParameters, timeZoneOf } from './bot-event.ts';
export {
  type BatchClient,
  createdId,
  ofType,
  type ReadResult,
  readBatch,
  statusOf,
  writeTransaction,
} from './bundle.ts';
export { botCanonical } from './canonicals.ts';
export { addDays, type Clock, daysBetween, isTimeZone, localDate, startOfDay } from './clock.ts';
export {
  type EngineKind,
  type ModelEngine,
  type ModelReply,
  type ModelRequest,
  outcomeOfReply,
  type ReplyKind,
  replyReasons,
  type ShownElements,
} from './engine.ts';
export { fhirInterval, type Interval } from './fhir-date.ts';
export { type GatewayClient, gatewayEngine } from './gateway-engine.ts';
export { inParallel } from './in-parallel.ts';
export { localUuid } from './local-uuid.ts';
export { type Abstention, abstain, type Draft, draft, type Outcome } from './outcome.ts';
export {
  type Prompt,
  parsePrompt,
  promptKey,
  promptNamed,
  promptText,
  promptVariables,
  renderPrompt,
} from './prompt.ts';
export { codingOf, hasCode, identifierOf, idOf, literalOf, versionedReference } from './reference.ts';
export { sha256 } from './sha256.ts';
export {
  deviceEntry,
  deviceSearch,
  type EngineIdentity,
  engineDevice,
  engineKey,
  labelled,
  provenanceOf,
  type RunRecord,
} from './stamp.ts';
