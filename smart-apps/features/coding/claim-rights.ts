import type { AccessPolicy } from '@medplum/fhirtypes';

function rulesFor(policy: AccessPolicy | undefined, type: string): NonNullable<AccessPolicy['resource']> {
  return (policy?.resource ?? []).filter(({ resourceType }) => resourceType === type || resourceType === '*');
}

/** True when the person may change claims, as who bills may; who signed the note decides on the codes, and changes no claim. */
export function mayUpdateClaims(policy: AccessPolicy | undefined): boolean {
  return rulesFor(policy, 'Claim').some(
    ({ interaction, readonly }) => !readonly && (interaction === undefined || interaction.includes('update')),
  );
}

/** True when the person may read notes and what was said; who bills may not. Without a policy everything is open. */
export function mayReadNotes(policy: AccessPolicy | undefined): boolean {
  return (
    policy === undefined ||
    rulesFor(policy, 'DocumentReference').some(
      ({ interaction }) => interaction === undefined || interaction.includes('read'),
    )
  );
}
