import type { ExtractResource, Resource, ResourceType } from '@medplum/fhirtypes';
import { useCallback, useEffect, useState } from 'react';
import { useAppClient } from './app-context.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

/** A resource on the screen. */
export interface ResourceResult<T extends ResourceType> {
  readonly state: 'idle' | 'loading' | 'ready' | 'failed';
  readonly resource?: ExtractResource<T>;
  readonly problem?: Problem;
  readonly reload: () => Promise<void>;
}

/** What was read stays on the screen when the network or the server fails for a while, not when it is taken from the person. */
function keeps(known: Resource | undefined, id: string, { kind }: Problem): boolean {
  return known?.id === id.split('/')[0] && (kind === 'offline' || kind === 'server');
}

/** Reads one resource, or a version of it (`id/_history/2`); nothing is read while the id is undefined. */
export function useResource<T extends ResourceType>(resourceType: T, id: string | undefined): ResourceResult<T> {
  const { medplum } = useAppClient();
  const [result, setResult] = useState<Omit<ResourceResult<T>, 'reload'>>({ state: id ? 'loading' : 'idle' });
  const reload = useCallback(async (): Promise<void> => {
    if (!id) {
      setResult({ state: 'idle' });
      return;
    }
    try {
      const url = medplum.fhirUrl(resourceType, ...id.split('/'));
      const resource = await medplum.get<ExtractResource<T>>(url, { cache: 'no-cache' });
      setResult({ state: 'ready', resource });
    } catch (error) {
      const problem = problemOf(error);
      setResult((known) => (keeps(known.resource, id, problem) ? { ...known, problem } : { state: 'failed', problem }));
    }
  }, [medplum, resourceType, id]);
  useEffect(() => {
    void reload();
  }, [reload]);
  return { ...result, reload };
}
