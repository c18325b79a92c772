import { useEffect, useState } from 'react';
import type { Branding } from '../../client/index.ts';
import { fetchBranding, reasonsOf, StepUpCancelledError, useMe, useMedplum, useProven } from '../../client/index.ts';
import { announce } from '../../ui/index.ts';
import { logoOf } from './logo-file.ts';
import type { Look } from './look.ts';
import { changedSettings, lookProblems } from './look.ts';

/** The form of the clinic's look. */
export interface LookForm {
  readonly ready: boolean;
  readonly project: string;
  /** Name of the clinic where it gives itself no other. */
  readonly clinic: string;
  readonly look: Look;
  readonly change: (part: Partial<Look>) => void;
  readonly chooseLogo: (file: File | null) => Promise<void>;
  readonly changed: boolean;
  readonly problems: ReturnType<typeof lookProblems>;
  readonly refusals: readonly string[];
  readonly saving: boolean;
  readonly reset: () => void;
  readonly save: () => Promise<void>;
}

const PLAIN: Look = { name: '', logo: '', primaryColor: '', backgroundColor: '' };

function lookOf({ name = '', logo = '', primaryColor = '', backgroundColor = '' }: Branding, clinic: string): Look {
  return { name: name === clinic ? '' : name, logo, primaryColor, backgroundColor };
}

/** Reads how the clinic looks, and saves what an administrator makes of it. */
export function useLook(): LookForm {
  const medplum = useMedplum();
  const proven = useProven();
  const clinic = useMe().clinic ?? '';
  const project = medplum.getProject()?.id ?? medplum.getActiveLogin()?.project?.reference?.split('/')[1] ?? '';
  const [before, setBefore] = useState<Look>();
  const [edited, setEdited] = useState<Partial<Look>>({});
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const [saving, setSaving] = useState(false);
  useEffect(() => {
    const query = new URLSearchParams({ project });
    void fetchBranding(query, window.fetch.bind(window)).then((found) => setBefore(lookOf(found, clinic)));
  }, [project, clinic]);
  const look = { ...(before ?? PLAIN), ...edited };
  const setting = changedSettings(before ?? PLAIN, look);

  const save = async (): Promise<void> => {
    setSaving(true);
    setRefusals([]);
    try {
      await proven('change how the clinic looks', () =>
        medplum.post(`admin/projects/${project}/settings`, { setting }),
      );
      setBefore(look);
      setEdited({});
      announce('The look is saved. Screens that are open show it when they are loaded again.');
    } catch (error) {
      setRefusals(error instanceof StepUpCancelledError ? [] : reasonsOf(error));
    }
    setSaving(false);
  };
  const chooseLogo = async (file: File | null): Promise<void> => {
    const logo = file ? await logoOf(file) : '';
    if (logo === undefined) {
      setRefusals(['The picture could not be read, or made small enough. Choose a simpler one.']);
    } else {
      setRefusals([]);
      setEdited((known) => ({ ...known, logo }));
    }
  };
  return {
    ready: before !== undefined,
    project,
    clinic,
    look,
    change: (part) => setEdited((known) => ({ ...known, ...part })),
    chooseLogo,
    changed: setting.length > 0,
    problems: lookProblems(look),
    refusals,
    saving,
    reset: () => setEdited({}),
    save,
  };
}
