import type { Practitioner } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import { useMedplum } from './app-context.ts';
import { spokenName } from './clinical/index.ts';

/** The signed-in person. */
export interface Me {
  /** Such as `Practitioner/1`. */
  readonly reference: string;
  /** "Maria Lopez". */
  readonly name: string;
  /** "Maria". */
  readonly given: string;
  readonly clinic?: string;
}

/** Who is signed in, as far as the server said. */
export function useMe(): Me {
  const medplum = useMedplum();
  const profile = medplum.getProfile();
  const login = medplum.getActiveLogin();
  return useMemo(() => {
    const name = spokenName((profile as Practitioner | undefined)?.name) || login?.profile?.display || '';
    const reference = profile ? `${profile.resourceType}/${profile.id}` : (login?.profile?.reference ?? '');
    const given = (profile as Practitioner | undefined)?.name?.[0]?.given?.[0] ?? name.split(' ')[0] ?? '';
    return { reference, name, given, clinic: login?.project?.display ?? medplum.getProject()?.name };
  }, [medplum, profile, login]);
}
