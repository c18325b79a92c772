import type { MedplumClient } from '@medplum/core';
import type { Parameters } from '@medplum/fhirtypes';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { BotRun, Problem } from '../../client/index.ts';
import { mergeRuns, problemOf, runPage, useMedplum } from '../../client/index.ts';

/** How often the list asks what is new, in ms. */
const EVERY_MS = 3000;
const PAGE = '30';

/** The runs of the clinic's bots, kept current. */
export interface Runs {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly runs: readonly BotRun[];
  readonly problem?: Problem;
  /** There are older ones. */
  readonly older: boolean;
  readonly loadOlder: () => void;
  readonly reload: () => void;
}

/** Asks for runs: those that fit the question, a query of its own, and the part of them that `more` names. */
function ask(medplum: MedplumClient, question: string, more: Readonly<Record<string, string>>): Promise<Parameters> {
  const url = medplum.fhirUrl('Bot', '$runs');
  url.search = question;
  for (const [name, value] of Object.entries(more)) {
    url.searchParams.set(name, value);
  }
  return medplum.get<Parameters>(url, { cache: 'no-cache' });
}

/** Reads the newest runs, asks every three seconds what began or ended since, and reads older ones on demand. */
export function useRuns(filter: Readonly<Record<string, string>>): Runs {
  const medplum = useMedplum();
  const [state, setState] = useState<Runs['state']>('loading');
  const [runs, setRuns] = useState<readonly BotRun[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [next, setNext] = useState<string>();
  const since = useRef<string>(undefined);
  const question = new URLSearchParams(filter).toString();

  const reload = useCallback(async (): Promise<void> => {
    try {
      const page = runPage(await ask(medplum, question, { _count: PAGE }));
      since.current = page.since;
      setRuns(page.runs);
      setNext(page.next);
      setProblem(undefined);
      setState('ready');
    } catch (error) {
      setProblem(problemOf(error));
      setState('failed');
    }
  }, [medplum, question]);

  useEffect(() => {
    setState('loading');
    void reload();
    const timer = setInterval(() => {
      const { current } = since;
      if (current && document.visibilityState === 'visible') {
        ask(medplum, question, { _since: current }).then(
          (answer) => {
            const page = runPage(answer);
            since.current = page.since ?? current;
            setRuns((known) => mergeRuns(known, page.runs));
            setProblem(undefined);
          },
          (error: unknown) => setProblem(problemOf(error)),
        );
      }
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [medplum, question, reload]);

  const loadOlder = async (): Promise<void> => {
    if (next) {
      try {
        const page = runPage(await ask(medplum, question, { _count: PAGE, cursor: next }));
        setRuns((known) => mergeRuns(known, page.runs));
        setNext(page.next);
      } catch (error) {
        setProblem(problemOf(error));
      }
    }
  };
  return {
    state,
    runs,
    problem,
    older: next !== undefined,
    loadOlder: () => void loadOlder(),
    reload: () => void reload(),
  };
}
