import type { Basic } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { RiskThresholds } from '../../client/index.ts';
import {
  reasonsOf,
  riskThresholds,
  StepUpCancelledError,
  THRESHOLDS_QUERY,
  thresholdProblems,
  thresholdsResource,
  useMedplum,
  useProven,
  useSearch,
} from '../../client/index.ts';

/** The form of the thresholds, with its commands. */
export interface ThresholdsForm {
  readonly found: ReturnType<typeof useSearch<'Basic'>>;
  readonly set: RiskThresholds;
  readonly changed: boolean;
  readonly change: (part: Partial<RiskThresholds>) => void;
  readonly reset: () => void;
  readonly problems: ReturnType<typeof thresholdProblems>;
  readonly refusals: readonly string[];
  readonly saving: boolean;
  /** Saves over the version that was seen; true when it is saved. */
  readonly save: () => Promise<boolean>;
}

/** Reads the clinic's thresholds, and saves what a supervisor makes of them. */
export function useThresholds(): ThresholdsForm {
  const medplum = useMedplum();
  const proven = useProven();
  const found = useSearch('Basic', THRESHOLDS_QUERY);
  const [edited, setEdited] = useState<Partial<RiskThresholds>>({});
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const [saving, setSaving] = useState(false);
  const [before] = found.resources;
  const set = { ...riskThresholds(before), ...edited };

  const write = (): Promise<Basic> => {
    const next = thresholdsResource(before, set);
    const version = before?.meta?.versionId;
    return next.id
      ? medplum.updateResource<Basic>(
          { ...next, id: next.id },
          { headers: version ? { 'If-Match': `W/"${version}"` } : {} },
        )
      : medplum.createResourceIfNoneExist<Basic>(next, THRESHOLDS_QUERY.split('&')[0] ?? '');
  };
  const save = async (): Promise<boolean> => {
    setSaving(true);
    setRefusals([]);
    try {
      await proven('change when the clinic is alerted', write);
      await found.reload();
      setEdited({});
      return true;
    } catch (error) {
      setRefusals(error instanceof StepUpCancelledError ? [] : reasonsOf(error));
      return false;
    } finally {
      setSaving(false);
    }
  };
  return {
    found,
    set,
    changed: Object.keys(edited).length > 0,
    change: (part) => setEdited((known) => ({ ...known, ...part })),
    reset: () => setEdited({}),
    problems: thresholdProblems(set),
    refusals,
    saving,
    save,
  };
}
