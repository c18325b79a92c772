import { useCallback, useEffect, useState } from 'react';
import type { Problem } from '../../client/index.ts';
import { problemOf, StepUpCancelledError, useMedplum } from '../../client/index.ts';

/** Something of one's own account, as the server lists it, with what can be done to it. */
export interface Own<T> {
  readonly found?: T;
  readonly problem?: Problem;
  /** What is under way, by a word of the caller's own. */
  readonly busy?: string;
  /** Does something and reads again; a refusal is kept as `problem`. */
  readonly act: (name: string, action: () => Promise<unknown>) => Promise<void>;
  readonly reload: () => Promise<void>;
}

/** Reads `path` of the account, and again after everything that is done. */
export function useOwn<T>(path: string): Own<T> {
  const medplum = useMedplum();
  const [found, setFound] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<string>();
  const reload = useCallback(async (): Promise<void> => {
    try {
      setFound(await medplum.get<T>(path, { cache: 'no-cache' }));
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, [medplum, path]);
  useEffect(() => {
    void reload();
  }, [reload]);
  const act = async (name: string, action: () => Promise<unknown>): Promise<void> => {
    setBusy(name);
    try {
      await action();
      await reload();
    } catch (error) {
      if (!(error instanceof StepUpCancelledError)) {
        setProblem(problemOf(error));
      }
    }
    setBusy(undefined);
  };
  return { found, problem, busy, act, reload };
}
