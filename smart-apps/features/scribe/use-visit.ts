import type { DocumentReference } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import type { Problem } from '../../client/index.ts';
import { noteQueries, noteState, useResource, useSearch } from '../../client/index.ts';

/** A visit with its transcript and its notes. */
export interface Visit {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly problem?: Problem;
  /** Id of the patient. */
  readonly patient?: string;
  readonly start?: string;
  readonly kind: string;
  /** The newest transcript. */
  readonly transcript?: DocumentReference;
  /** The newest note that was not rejected. */
  readonly note?: DocumentReference;
  readonly reload: () => Promise<void>;
}

/** Reads a visit, and reads it again on demand. */
export function useVisit(encounterId: string): Visit {
  const encounter = useResource('Encounter', encounterId);
  const transcripts = useSearch('DocumentReference', noteQueries.transcriptsOf(encounterId));
  const notes = useSearch('DocumentReference', noteQueries.notesOf(encounterId));
  const note = useMemo(
    () => notes.resources.find((document) => noteState(document) !== 'rejected' && document.status === 'current'),
    [notes.resources],
  );
  const { resource } = encounter;
  const failed = [encounter, transcripts, notes].find((each) => each.state === 'failed');
  const loading = encounter.state === 'loading' || transcripts.state === 'loading' || notes.state === 'loading';
  return {
    state: failed ? 'failed' : loading ? 'loading' : 'ready',
    problem: failed?.problem,
    patient: resource?.subject?.reference?.split('/')[1],
    start: resource?.period?.start,
    kind: resource?.type?.[0]?.text ?? resource?.type?.[0]?.coding?.[0]?.display ?? 'Visit',
    transcript: transcripts.resources[0],
    note,
    reload: async () => {
      await Promise.all([encounter.reload(), transcripts.reload(), notes.reload()]);
    },
  };
}
