import { useCallback, useEffect, useState } from 'react';
import { useMedplum } from './app-context.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

/** The answer of an operation on the screen. */
export interface Answer<T> {
  readonly found?: T;
  readonly problem?: Problem;
  readonly reload: () => Promise<void>;
}

/** Asks an operation once, and again on `reload`; `read` makes the answer what the screen shows. Pass a function that stays the same. */
export function useAnswer<T, R extends object>(path: string | undefined, read: (answer: R) => T): Answer<T> {
  const medplum = useMedplum();
  const [answer, setAnswer] = useState<Omit<Answer<T>, 'reload'>>({});
  const reload = useCallback(async (): Promise<void> => {
    if (path === undefined) {
      return;
    }
    try {
      const found = await medplum.get<R>(medplum.fhirUrl(...path.split('/')), { cache: 'no-cache' });
      setAnswer({ found: read(found) });
    } catch (error) {
      setAnswer({ problem: problemOf(error) });
    }
  }, [medplum, path, read]);
  useEffect(() => {
    void reload();
  }, [reload]);
  return { ...answer, reload };
}
