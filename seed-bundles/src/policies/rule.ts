import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { documentCoding, identifierSystem } from '@mindbridge/fhir-profiles';

type Interaction = NonNullable<AccessPolicyResource['interaction']>[number];

const interactionOf: Readonly<Record<string, Interaction>> = {
  C: 'create',
  R: 'read',
  V: 'vread',
  H: 'history',
  S: 'search',
  U: 'update',
  d: 'delete',
};

/** What narrows a rule; every part is optional. */
export interface RuleLimits {
  /** Search parameters that a resource must match, such as `_compartment=%panel`; several are joined by `&`. */
  readonly where?: readonly string[];
  /** Whole elements that the role never sees. */
  readonly hidden?: readonly string[];
  /** Whole elements that the role may not change. */
  readonly readonly?: readonly string[];
  /** FHIRPath over `%before` and `%after`; each must be true for a write. */
  readonly constraint?: readonly string[];
}

/** Interactions by the letters of the role matrix: C create, R read, V vread, H history, S search, U update, d soft delete. */
export function interactions(letters: string): Interaction[] {
  return [...letters].map((letter) => {
    const interaction = interactionOf[letter];
    if (!interaction) {
      throw new Error(`Unknown letter ${letter}, need one of ${Object.keys(interactionOf).join('')}`);
    }
    return interaction;
  });
}

/** The same permission on several types (names separated by blanks), one rule for each. */
export function may(types: string, letters: string, limits: RuleLimits = {}): AccessPolicyResource[] {
  return types.split(/\s+/).map((resourceType) => ({
    resourceType,
    interaction: interactions(letters),
    ...(limits.where?.length && { criteria: `${resourceType}?${limits.where.join('&')}` }),
    ...(limits.hidden && { hiddenFields: [...limits.hidden] }),
    ...(limits.readonly && { readonlyFields: [...limits.readonly] }),
    ...(limits.constraint && {
      writeConstraint: limits.constraint.map((expression) => ({ language: 'text/fhirpath' as const, expression })),
    }),
  }));
}

/** `LBL` of the matrix: no row under 42 CFR Part 2. */
export const notPart2 = '_security:not=42CFRPart2';
/** Rows under 42 CFR Part 2 of patients of the member's own programme. Parameter `program`: an account of those patients. */
export const ofProgram = ['_security=42CFRPart2', '_compartment=%program'] as const;
/** Rows that a minor agreed to alone, which are not shown to those who act for him. */
export const notMinorsOwn = '_security:not=ADOL';
/** `NOPSY` of the matrix: no psychotherapy note. */
export const notPsychotherapy = '_security:not=PSYTHPN';
/** `FIN` of the matrix for DocumentReference. */
export const finalDocument = 'doc-status=final';
/** `FIN` of the matrix for Composition. */
export const finalComposition = 'status=final';

/** The one resource in which supervisors set when they are alerted. */
export const clinicThresholds = `identifier=${identifierSystem.riskThresholds}|clinic`;

/** The versions of prompts that the clinic holds: no record of a patient. */
export const prompts = `type=${documentCoding.prompt.system}|${documentCoding.prompt.code}`;

/** Nobody of the staff sends in another's name: a new message is from oneself, or names nobody; whose it is stays as it is. */
export const ownSender = [
  '%before.exists() or %after.sender.empty() or %after.sender.reference = %profile',
  '%before.empty() or %after.sender.reference ~ %before.sender.reference',
] as const;

/** Elements that tell who a person is. */
export const identifyingFields = [
  'name',
  'identifier',
  'telecom',
  'address',
  'contact',
  'photo',
  'extension',
  'text',
] as const;
