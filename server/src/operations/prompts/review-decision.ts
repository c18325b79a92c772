import type { WithId } from '@medplum/core';
import type { DetectedIssue, DocumentReference } from '@medplum/fhirtypes';
import type { Repository } from '../../repository/index.ts';
import { appendAiRecord } from '../ai-record/ai-record.ts';
import { loadFindings } from '../notes/load-note.ts';
import { evidenceOf } from '../notes/note-parts.ts';
import { type ReviewMeasure, reviewMeasure, unkeptMeasure } from './acceptance.ts';
import { rollBackIfWorse } from './roll-back.ts';

/** How a review ended. */
export interface EndedReview {
  /** Absent where nobody answered the draft in time. */
  readonly reviewer?: string;
  readonly outcome: 'signed' | 'rejected' | 'expired';
  readonly at: Date;
  /** How long the person looked at the draft; since its creation when nobody measured it. */
  readonly seconds?: number;
}

const overridesOf = (issues: readonly WithId<DetectedIssue>[]) =>
  issues
    .filter(({ mitigation }) => mitigation?.length)
    .map(({ id, code, severity }) => ({ issue: `DetectedIssue/${id}`, kind: code?.coding?.[0]?.code, severity }));

/**
 * Puts on record what a person made of a draft, and takes a prompt out of use whose drafts are accepted clearly less
 * than those of the version before.
 * @returns what changed between the draft and the end; undefined for a draft without readable evidence.
 * @see ai.md §7
 */
export async function recordDecision(
  repository: Repository,
  document: WithId<DocumentReference>,
  { reviewer, outcome, at, seconds }: EndedReview,
): Promise<ReviewMeasure | undefined> {
  const drafted = await repository.readVersion<DocumentReference>('DocumentReference', document.id, '1');
  const [draft, final] = [evidenceOf(drafted), evidenceOf(document)];
  if (!draft || !final) {
    return undefined;
  }
  const measure = outcome === 'signed' ? reviewMeasure(draft, final) : unkeptMeasure(draft, outcome);
  const issues = await loadFindings(repository, document.id);
  const since = new Date(drafted.meta?.lastUpdated ?? at).getTime();
  const prompt = draft.prompt && `${draft.prompt.id}/${draft.prompt.version}`;
  await repository.alongside((queryable) =>
    appendAiRecord(queryable, repository.context.tenant, {
      kind: 'decision',
      at,
      output: `DocumentReference/${document.id}/_history/${document.meta?.versionId}`,
      record: {
        reviewer,
        ...measure,
        seconds: seconds ?? Math.round((at.getTime() - since) / 1000),
        overrides: overridesOf(issues),
        engine: `${draft.engine.name}/${draft.engine.version}`,
        prompt,
      },
    }),
  );
  if (draft.prompt && prompt !== undefined) {
    await rollBackIfWorse(repository, draft.prompt.id, prompt);
  }
  return measure;
}
