import type { AccessPolicy } from '@medplum/fhirtypes';

/** True when the person may change claims, as who bills may; who signed the note decides on the codes, and changes no claim. */
export function mayUpdateClaims(policy: AccessPolicy | undefined): boolean {
  return (policy?.resource ?? []).some(
    ({ resourceType, interaction, readonly }) =>
      (resourceType === 'Claim' || resourceType === '*') &&
      !readonly &&
      (interaction === undefined || interaction.includes('update')),
  );
}
