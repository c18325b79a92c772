import { useCallback, useEffect, useState } from 'react';
import { useMedplum } from './app-context.ts';
import type { Branding } from './branding.ts';
import { fetchBranding } from './branding.ts';

/** The clinic as its screens present it. */
export interface House extends Branding {
  /** Members sign in without a second factor. */
  readonly withoutSecondFactor: boolean;
  readonly reload: () => Promise<void>;
}

const PLAIN: Branding = { providers: [], demo: false };

/** How the clinic of the signed-in person looks, and what is unreal about it. */
export function useHouse(): House {
  const medplum = useMedplum();
  const [branding, setBranding] = useState(PLAIN);
  const project = medplum.getActiveLogin()?.project?.reference?.split('/')[1] ?? medplum.getProject()?.id;
  const reload = useCallback(async (): Promise<void> => {
    const query = new URLSearchParams(project ? { project } : {});
    setBranding(await fetchBranding(query, window.fetch.bind(window), medplum.getBaseUrl()));
  }, [medplum, project]);
  useEffect(() => {
    void reload();
  }, [reload]);
  const required = medplum.getProject()?.setting?.find(({ name }) => name === 'requireMfa')?.valueBoolean;
  return { ...branding, withoutSecondFactor: required === false, reload };
}
