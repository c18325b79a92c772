/**
 * The FhirRepository facade and read, create, update, patch, delete, history, conditional, transaction.
 * Every write is one statement that also holds its change event and audit entry; no repository exists without a grant.
 */
export { type BundleItem, etagVersion, patchBody, readBundle, readEntry } from './bundle-entries.ts';
export type { HistoryOptions, HistoryPage } from './history.ts';
export type { JobChunk, JobHandler, JobInput, JobQueue, JobResult, JobTicket, RunningJob } from './job.ts';
export { matchesCriteria } from './matches-criteria.ts';
export type { Operation, OperationPage, OperationRequest, OperationResponse } from './operation.ts';
export { createRecentRows } from './recent-rows.ts';
export { parseStored, Repository } from './repository.ts';
export { createRidAllocator } from './rid-allocator.ts';
export type { CompanionsOf, DeletionGuard, RepositoryDependencies, WriteGuard } from './scope.ts';
export { type EntryResult, responseType } from './transaction.ts';
export type { UpdateResult } from './update.ts';
