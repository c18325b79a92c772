/**
 * What may they do: AccessPolicy ∩ SMART scopes → AccessGrant. Pure.
 * Invariants: every RuleSet of a grant must permit; a parameter without a value grants nothing; `*` never reaches the
 * platform's types nor those that steer access; what a caller cannot see, his writes cannot change.
 */
export type { AccessGrant, AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';
export { compilePolicies, mergedPolicy, type PolicyHolder, type PolicyInput } from './access-policy.ts';
export { binaryContextRuleSet } from './binary-context.ts';
export { breakGlassGrant } from './break-glass.ts';
export { checkWrite, type WriteCheck } from './check-write.ts';
export { ordersControlledDrug } from './controlled-drugs.ts';
export { type Decision, decide, intersect } from './decide.ts';
export { findingsRuleSet } from './findings.ts';
export { hiddenFields, preserveHidden, redact } from './hidden-fields.ts';
export { lookUpGrant } from './look-up.ts';
export { keepNote, keepNoteLifeCycle, type NoteWriter, unsignedNotesRuleSet } from './note-life-cycle.ts';
export { opensCharts } from './opens-charts.ts';
export { concerns, type OptOut, type OptOutSubject, optedOutGrant, optOutOf } from './opt-out.ts';
export { labelPartTwo, needsPartTwoLabel } from './part-two.ts';
export { appsRuleSet, consentsOnly, type PartTwoRelease, partTwoGrant, releaseOf } from './part-two-consent.ts';
export { patientCompartmentTypes } from './patient-compartment.ts';
export { type PatientReach, patientReach } from './patient-reach.ts';
export type { PolicyParameters } from './policy-parameters.ts';
export { psychotherapyRuleSet } from './psychotherapy.ts';
export { ADMIN_TYPES, PLATFORM_TYPES } from './reserved-types.ts';
export {
  compileScopes,
  isScopeWithin,
  knownScopes,
  parseResourceScope,
  type ResourceScope,
  resourceScopes,
} from './scopes.ts';
export { assertNoSelfGrant, policyIdsOf } from './self-grant.ts';
export { isSteeringChange, steersAccess } from './steering-change.ts';
export { codesOf } from './substance-use-codes.ts';
