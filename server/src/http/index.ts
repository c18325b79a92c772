/** Bytes ↔ FHIR: receive, negotiate, dispatch, present, answer. Every error becomes an OperationOutcome here. */
export { type AppsOptions, appPages } from './apps.ts';
export { type BinaryLinks, createBinaryLinks, type LinkHolder, STORAGE_PATH } from './binary-links.ts';
export { bundleHandler } from './bundle-job.ts';
export { capabilityStatement, type Served, type ServedSearchParameter } from './capabilities.ts';
export { type Cors, cors } from './cors.ts';
export { REFUSED_ROUTES, SERVED_ROUTES } from './dispatch.ts';
export type { FhirServices } from './exchange.ts';
export { type Caller, type FhirDoor, fhirDoor } from './fhir-door.ts';
export { type Health, healthDoors } from './health.ts';
export { openApi, type ServedRoute } from './openapi.ts';
export { outcomeAnswer } from './outcome-answer.ts';
export type { ReceiveLimits } from './receive.ts';
export { servedParameters } from './served-parameters.ts';
export { watchSlowClients } from './slow-clients.ts';
export { type StorageDoor, storageDoor } from './storage-door.ts';
export { createSummaryElements } from './summary-elements.ts';
