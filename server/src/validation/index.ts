/**
 * Is it good FHIR? Structure, codes, references and invariants of the base specification, compiled from the definitions.
 * Pure: nothing is read from the database, nothing is thrown, no issue repeats a value of the resource.
 */
export { sanitizeNarrative } from './narrative.ts';
export type { CodeCheck, ProfileSources } from './profile/profile-set.ts';
export { createProfileValidator, type ProfileOptions, type ProfileValidator } from './profile/profile-validator.ts';
export { sanitize } from './sanitize.ts';
export {
  type ValidateCall,
  type ValidateDependencies,
  type ValidateOperation,
  validateOperations,
} from './validate-operations.ts';
export { createValidator, type ValidateOptions, type Validator, type ValidatorLimits } from './validator.ts';
