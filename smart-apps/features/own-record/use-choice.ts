import type { Consent } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { OptOut, OptOutKind, Problem } from '../../client/index.ts';
import { optOutConsent, problemOf, useMedplum } from '../../client/index.ts';
import { announce } from '../../ui/index.ts';

/** How much is kept back. */
export type ChoiceExtent = 'nothing' | 'some' | 'all';

/** A choice that is being made. */
export interface ChoiceForm {
  readonly extent: ChoiceExtent;
  readonly setExtent: (extent: ChoiceExtent) => void;
  readonly types: ReadonlySet<string>;
  readonly toggle: (type: string) => void;
  readonly changed: boolean;
  /** Kinds of records are to be named, and none is. */
  readonly incomplete: boolean;
  readonly saving: boolean;
  readonly problem?: Problem;
  readonly save: () => Promise<void>;
}

const sameTypes = (a: ReadonlySet<string>, b: readonly string[]): boolean =>
  a.size === b.length && b.every((type) => a.has(type));

/** Makes one choice: the new refusal is written before the old one ends, so that nothing is open in between. */
export function useChoice(props: {
  patient: string;
  kind: OptOutKind;
  now?: OptOut;
  onChanged: () => Promise<void>;
}): ChoiceForm {
  const { patient, kind, now } = props;
  const medplum = useMedplum();
  const before: ChoiceExtent = now ? (now.types.length > 0 ? 'some' : 'all') : 'nothing';
  const [extent, setExtent] = useState(before);
  const [types, setTypes] = useState<ReadonlySet<string>>(new Set(now?.types));
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const save = async (): Promise<void> => {
    setSaving(true);
    setProblem(undefined);
    try {
      if (extent !== 'nothing') {
        const kept = extent === 'some' ? [...types] : [];
        await medplum.createResource<Consent>(optOutConsent(patient, kind, kept, new Date()));
      }
      if (now?.consent.id) {
        await medplum.updateResource<Consent>({ ...now.consent, id: now.consent.id, status: 'inactive' });
      }
      announce('Your choice is saved and counts from now on.');
      await props.onChanged();
    } catch (error) {
      setProblem(problemOf(error));
      setSaving(false);
    }
  };
  return {
    extent,
    setExtent,
    types,
    toggle: (type) =>
      setTypes((known) => {
        const next = new Set(known);
        if (!next.delete(type)) {
          next.add(type);
        }
        return next;
      }),
    changed: extent !== before || (extent === 'some' && !sameTypes(types, now?.types ?? [])),
    incomplete: extent === 'some' && types.size === 0,
    saving,
    problem,
    save,
  };
}
