import type { MedplumClient } from '@medplum/core';
import { useEffect, useState } from 'react';
import type { Problem } from '../../client/index.ts';
import { problemOf } from '../../client/index.ts';

/** What may be chosen, as it is being asked for. */
export interface Choices<T> {
  readonly found?: T;
  readonly problem?: Problem;
}

/** Asks a door of the sign-in what there is to choose; a newer question overtakes an older one. */
export function useChoices<T>(
  medplum: MedplumClient,
  door: string,
  body: Readonly<Record<string, string>>,
): Choices<T> {
  const [choices, setChoices] = useState<Choices<T>>({});
  const question = JSON.stringify(body);
  useEffect(() => {
    let current = true;
    const take = (next: Choices<T>): void => {
      if (current) {
        setChoices(next);
      }
    };
    medplum.post<T>(`auth/${door}`, JSON.parse(question)).then(
      (found) => take({ found }),
      (error: unknown) => take({ problem: problemOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [medplum, door, question]);
  return choices;
}
