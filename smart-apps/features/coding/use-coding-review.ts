import type { Claim, Coding, DocumentReference, Parameters, Task } from '@medplum/fhirtypes';
import { useEffect, useMemo, useState } from 'react';
import type {
  CodeDecision,
  CodeDecisions,
  CodedClaim,
  Finding,
  NoteDraft,
  Problem,
  TrailStep,
} from '../../client/index.ts';
import {
  codedClaim,
  createDrafts,
  decisionsOf,
  evidenceTrail,
  finding,
  noteDraft,
  noteQueries,
  problemOf,
  useMedplum,
  useResource,
  useSearch,
  withCode,
  withDecisions,
  withoutCodes,
} from '../../client/index.ts';
import { mayReadNotes, mayUpdateClaims } from './claim-rights.ts';

/** A draft claim under review, with the note and the trail behind its codes. */
export interface CodingReview {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly problem?: Problem;
  readonly claim?: CodedClaim;
  readonly note?: NoteDraft;
  /** Notes and transcripts are open to the person's role. */
  readonly readsNotes: boolean;
  /** The person changes the claim itself, as who bills does. */
  readonly bills: boolean;
  /** The transcript behind the note. */
  readonly transcript?: DocumentReference;
  readonly trail: ReadonlyMap<string, readonly TrailStep[]>;
  readonly questions: readonly Finding[];
  readonly decisions: CodeDecisions;
  readonly decide: (key: string, decision: CodeDecision | undefined) => void;
  readonly saving: boolean;
  readonly saved: boolean;
  /** False when the server refused. */
  readonly save: () => Promise<boolean>;
  readonly reload: () => Promise<void>;
}

/** The claim as decided: rejected codes gone, changed ones replaced. */
function decided(claim: Claim, decisions: CodeDecisions): Claim {
  const edits = [...decisions].flatMap(([key, decision]): [string, Coding][] =>
    decision.kind === 'edited' ? [[key, decision.coding]] : [],
  );
  const changed = edits.reduce((current, [key, coding]) => withCode(current, key, coding), claim);
  const rejected = [...decisions].flatMap(([key, decision]) => (decision.kind === 'rejected' ? [key] : []));
  return withoutCodes(changed, new Set(rejected));
}

function useTrail(noteId: string | undefined): ReadonlyMap<string, readonly TrailStep[]> {
  const medplum = useMedplum();
  const [trail, setTrail] = useState<ReadonlyMap<string, readonly TrailStep[]>>(new Map());
  useEffect(() => {
    if (noteId) {
      medplum.get<Parameters>(medplum.fhirUrl('DocumentReference', noteId, '$evidence'), { cache: 'no-cache' }).then(
        (answer) => setTrail(evidenceTrail(answer)),
        () => setTrail(new Map()),
      );
    }
  }, [medplum, noteId]);
  return trail;
}

/** Id, with the version where there is one, of a reference to a document: `d1/_history/2`. */
function documentPath(reference: string | undefined): string | undefined {
  return reference?.replace(/^DocumentReference\//, '');
}

/** The transcript that most quotes of a note come from. */
function transcriptPath(note: NoteDraft | undefined): string | undefined {
  const sources = (note?.sections ?? []).flatMap(({ sentences }) => sentences.flatMap((one) => one.support));
  return documentPath(sources.find((one) => one.turn !== undefined)?.source)?.split('/')[0];
}

const useDecisions = createDrafts<CodeDecisions>();
const NOTHING_DECIDED: CodeDecisions = new Map();

/** Reads a draft claim with everything behind it, and records what a person decides about its codes. */
export function useCodingReview(claimId: string): CodingReview {
  const medplum = useMedplum();
  const read = useResource('Claim', claimId);
  const claim = useMemo(() => (read.resource ? codedClaim(read.resource) : undefined), [read.resource]);
  const readsNotes = mayReadNotes(medplum.getAccessPolicy());
  const document = useResource('DocumentReference', readsNotes ? documentPath(claim?.note) : undefined);
  const note = useMemo(() => (document.resource ? noteDraft(document.resource) : undefined), [document.resource]);
  const transcript = useResource('DocumentReference', transcriptPath(note));
  const issues = useSearch('DetectedIssue', noteQueries.findingsOf(`Claim/${claimId}`));
  const tasks = useSearch('Task', noteQueries.codingOf(claimId));
  const trail = useTrail(note?.id);
  const [decisions = NOTHING_DECIDED, setDecisions] = useDecisions(claimId);
  const [problem, setProblem] = useState<Problem>();
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);

  const [closed] = tasks.resources.filter((task) => task.status === 'completed');
  const recorded = useMemo(() => decisionsOf(closed, claim?.suggestions ?? []), [closed, claim]);
  const decide = (key: string, decision: CodeDecision | undefined): void => {
    const others = [...decisions].filter(([other]) => other !== key);
    setDecisions(new Map(decision ? [...others, [key, decision]] : others));
  };
  const save = async (): Promise<boolean> => {
    const [task] = tasks.resources;
    setSaving(true);
    setProblem(undefined);
    try {
      if (read.resource && mayUpdateClaims(medplum.getAccessPolicy())) {
        await medplum.updateResource<Claim>(decided(read.resource, decisions));
      }
      if (task && claim) {
        await medplum.updateResource<Task>(withDecisions(task, claim.suggestions, decisions));
      }
      setSaved(true);
      setDecisions(undefined);
      await Promise.all([read.reload(), tasks.reload()]);
      return true;
    } catch (error) {
      setProblem(problemOf(error));
      return false;
    } finally {
      setSaving(false);
    }
  };
  return {
    state: read.state === 'failed' ? 'failed' : claim && document.state !== 'loading' ? 'ready' : 'loading',
    problem: problem ?? read.problem,
    claim,
    note,
    readsNotes,
    bills: mayUpdateClaims(medplum.getAccessPolicy()),
    transcript: transcript.resource,
    trail,
    questions: useMemo(() => issues.resources.map(finding), [issues.resources]),
    decisions: recorded.size > 0 ? recorded : decisions,
    decide,
    saving,
    saved: saved || closed !== undefined,
    save,
    reload: read.reload,
  };
}
