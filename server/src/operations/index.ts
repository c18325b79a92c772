/** FHIR $operations over the repository and the queue of jobs: one folder each. */

export { aiRecordOperations } from './ai-record/ai-records.ts';
export { createStamp, type Stamp } from './ai-record/create-stamp.ts';
export { disclosuresOperation } from './disclosures/disclosures.ts';
export { type EverythingDependencies, everythingOperation } from './everything/everything.ts';
export { GRAPHQL_LIMITS, type GraphqlDependencies, graphqlOperations } from './graphql/graphql.ts';
export { kickOff } from './kick-off.ts';
export { expireDrafts } from './notes/expire-drafts.ts';
export { keepSources } from './notes/keep-sources.ts';
export type { NoteDependencies } from './notes/note-dependencies.ts';
export { noteOperations } from './notes/note-operations.ts';
export { acceptanceOperation } from './prompts/acceptance-report.ts';
export { promptOperations } from './prompts/activate.ts';
export { activePromptOperation } from './prompts/active-prompt.ts';
export { isPromptInUse, keepPrompts } from './prompts/keep-prompts.ts';
export { type RecordDependencies, recordHandlers, recordOperations } from './record-operations.ts';
export { INDEX_PARAMETERS, indexParametersHandler } from './search-parameters/index-parameters.ts';
export { indexStatusOperation } from './search-parameters/index-status.ts';
export { searchParameterGuard } from './search-parameters/search-parameter-guard.ts';
export { createTenantParameters, type TenantParameters } from './search-parameters/tenant-parameters.ts';
export { speechEngines } from './transcripts/speech-engines.ts';
export { transcriptOperation } from './transcripts/transcript.ts';
