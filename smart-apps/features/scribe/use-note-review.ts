import type { DocumentReference } from '@medplum/fhirtypes';
import { useMemo, useRef, useState } from 'react';
import type { Finding, NoteDraft, ReviewRequest } from '../../client/index.ts';
import {
  byWeight,
  finding,
  isRefusedFor,
  noteDraft,
  noteQueries,
  reasonsOf,
  reviewParameters,
  StepUpCancelledError,
  useMedplum,
  useProven,
  useSearch,
} from '../../client/index.ts';
import { rememberFocus } from '../../ui/index.ts';

/** A note under review, with what can be done to it. */
export interface NoteReview {
  readonly draft: NoteDraft;
  readonly findings: readonly Finding[];
  /** Something is being sent. */
  readonly busy: boolean;
  /** Why the server refused the last thing. */
  readonly reasons: readonly string[];
  /** The last edit went beyond the words of its evidence. */
  readonly beyondEvidence: boolean;
  /** Sends a part of a review; false when it was refused. */
  readonly review: (request: Omit<ReviewRequest, 'seconds'>) => Promise<boolean>;
  readonly sign: () => Promise<boolean>;
  readonly clear: () => void;
}

/** Reviews a note against the server, which checks every edit; each step goes over the version that the person saw. */
export function useNoteReview(document: DocumentReference, onChange: (next: DocumentReference) => void): NoteReview {
  const medplum = useMedplum();
  const proven = useProven();
  const draft = useMemo(() => noteDraft(document), [document]);
  const issues = useSearch('DetectedIssue', noteQueries.findingsOf(`DocumentReference/${draft.id}`));
  const findings = useMemo(() => byWeight(issues.resources.map(finding)), [issues.resources]);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const opened = useRef(Date.now());

  const run = async (action: () => Promise<DocumentReference>): Promise<boolean> => {
    const giveBackFocus = rememberFocus();
    setBusy(true);
    setRefusal(undefined);
    try {
      onChange(await action());
      await issues.reload();
      return true;
    } catch (error) {
      setRefusal(error instanceof StepUpCancelledError ? undefined : error);
      return false;
    } finally {
      setBusy(false);
      giveBackFocus();
    }
  };
  const post = (operation: string, body: unknown): Promise<DocumentReference> =>
    medplum.post(medplum.fhirUrl('DocumentReference', draft.id, operation), body, 'application/fhir+json', {
      headers: { 'If-Match': `W/"${draft.version}"` },
    });

  return {
    draft,
    findings,
    busy,
    reasons: refusal === undefined ? [] : reasonsOf(refusal),
    beyondEvidence: isRefusedFor(refusal, 'note-edit-unsupported'),
    review: (request) => {
      const seconds = (Date.now() - opened.current) / 1000;
      return run(() => post('$review', reviewParameters({ ...request, seconds })));
    },
    sign: () => run(() => proven('sign this note', () => post('$sign', { resourceType: 'Parameters' }))),
    clear: () => setRefusal(undefined),
  };
}
