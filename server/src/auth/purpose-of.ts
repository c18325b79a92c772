import type { ProjectMembership } from '@medplum/fhirtypes';
import type { PolicyInput } from '../access/index.ts';

/** What members of a role look at records for, unless they say otherwise. @see https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html */
const BY_POLICY: ReadonlyMap<string | undefined, string> = new Map([
  ['billing', 'HPAYMT'],
  ['front-desk', 'HOPERAT'],
  ['admin', 'HSYSADMIN'],
  ['compliance', 'HCOMPL'],
]);

const BY_PROFILE: ReadonlyMap<string | undefined, string> = new Map([
  ['Patient', 'PATRQT'],
  ['RelatedPerson', 'FAMRQT'],
  ['Practitioner', 'TREAT'],
  ['Bot', 'TREAT'],
]);

/** The purpose of use under which the audit keeps what a member does. */
export function purposeOf({ profile }: ProjectMembership, policies: readonly PolicyInput[]): string {
  const byPolicy = policies.map(({ policy }) => BY_POLICY.get(policy.name)).find((purpose) => purpose !== undefined);
  return byPolicy ?? BY_PROFILE.get(profile.reference?.split('/')[0]) ?? 'HOPERAT';
}
