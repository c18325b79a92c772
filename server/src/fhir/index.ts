/** Shared words, pure: outcomes, references, stored resources and the request context. Imports no other room. */
export {
  accepted,
  conflict,
  FhirError,
  forbidden,
  gone,
  type Issue,
  invalid,
  methodNotAllowed,
  notAcceptable,
  notFound,
  outcomeOf,
  preconditionFailed,
  tooLarge,
  tooManyRequests,
  unauthorized,
  unavailable,
  unprocessable,
  unsupportedMedia,
} from './outcomes.ts';
export { isPartTwoText, PART_TWO_HEADER, PART_TWO_NOTICE } from './part-two-notice.ts';
export { isFhirId, type LiteralReference, parseReference } from './references.ts';
export type { RequestContext } from './request-context.ts';
export { hasSafePatterns } from './safe-patterns.ts';
export { DEFINITIONS_TENANT, SHARED_TYPES } from './shared-definitions.ts';
export type { StoredResource } from './stored-resource.ts';
