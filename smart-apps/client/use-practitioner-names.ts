import { useMemo } from 'react';
import { spokenName } from './clinical/index.ts';
import { useSearch } from './use-search.ts';

/** Names of the clinic's practitioners by id. */
export function usePractitionerNames(): ReadonlyMap<string, string> {
  const { resources } = useSearch('Practitioner', '_count=200');
  return useMemo(
    () =>
      new Map(
        resources.map((practitioner): [string, string] => [
          practitioner.id ?? '',
          spokenName(practitioner.name) || 'Unnamed colleague',
        ]),
      ),
    [resources],
  );
}
