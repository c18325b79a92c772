import { useMemo } from 'react';
import { useMayRead, usePractitionerNames, useSearch } from '../../client/index.ts';

/** Says who a reference is. */
export type Names = (reference: string) => string;

/** The names of colleagues, their accounts, bots and apps; anybody else by reference. */
export function useNames(): {
  readonly nameOf: Names;
  readonly people: readonly { readonly value: string; readonly label: string }[];
} {
  const people = usePractitionerNames();
  const bots = useSearch('Bot', '_count=100', { off: !useMayRead('Bot') });
  const clients = useSearch('ClientApplication', '_count=100');
  const members = useSearch('ProjectMembership', '_count=500');
  return useMemo(() => {
    const names = new Map([...people].map(([id, name]) => [`Practitioner/${id}`, name]));
    for (const { user, profile } of members.resources) {
      if (user?.reference && profile?.display) {
        names.set(user.reference, profile.display);
      }
    }
    for (const { resourceType, id, name } of [...bots.resources, ...clients.resources]) {
      names.set(`${resourceType}/${id}`, `${name ?? id} (${resourceType === 'Bot' ? 'bot' : 'app'})`);
    }
    return {
      nameOf: (reference) => names.get(reference) ?? (reference || 'Nobody known'),
      people: [...people]
        .map(([id, label]) => ({ value: `Practitioner/${id}`, label }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    };
  }, [people, bots.resources, clients.resources, members.resources]);
}
