/** Bytes ↔ FHIR: receive, negotiate, dispatch, present, answer. Every error becomes an OperationOutcome here. */
export { capabilityStatement, type Served, type ServedSearchParameter } from './capabilities.ts';
export type { FhirServices } from './exchange.ts';
export { type Caller, type FhirDoor, fhirDoor } from './fhir-door.ts';
export { outcomeAnswer } from './outcome-answer.ts';
export type { ReceiveLimits } from './receive.ts';
