import type { WithId } from '@medplum/core';
import type { CodeableConcept, Composition, DetectedIssue, DocumentReference, Resource } from '@medplum/fhirtypes';
import { unprocessable } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse, Repository } from '../../repository/index.ts';
import { discardNote } from './discard-note.ts';
import { type Editor, editNote } from './edit-note.ts';
import { loadComposition } from './load-note.ts';
import type { NoteDependencies } from './note-dependencies.ts';
import type { NoteEvidence } from './note-evidence.ts';
import { withWords } from './note-parts.ts';
import { withNoteState } from './note-resources.ts';
import { sectionDiv } from './note-text.ts';
import { ownNote } from './own-note.ts';
import { assertParts, assertPasses } from './refuse-note.ts';
import { type Review, reviewOf } from './review-parameters.ts';
import { moveTask } from './review-task.ts';

const NOT_DOCUMENTED: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'unavailable' }],
};

type Note = { readonly document: WithId<DocumentReference>; readonly composition: WithId<Composition> };

/** The Composition with the words of its sections as the evidence has them now. */
function withSections(composition: WithId<Composition>, evidence: NoteEvidence): WithId<Composition> {
  const section = (composition.section ?? []).map((each, i) => {
    const { text: _text, emptyReason: _empty, ...head } = each;
    const code = evidence.sections[i]?.code ?? '';
    const isEmpty = evidence.sentences.every((sentence) => sentence.section !== code);
    return {
      ...head,
      text: { status: 'generated' as const, div: sectionDiv(evidence, code) },
      ...(isEmpty && { emptyReason: NOT_DOCUMENTED }),
    };
  });
  return { ...composition, section };
}

function edited({ document, composition }: Note, review: Review, editor: Editor): Note {
  const { evidence: before } = assertParts(document, composition);
  if (review.edits.length === 0) {
    return { document, composition };
  }
  const { text, evidence } = editNote(before, review.edits, editor);
  return { document: withWords(document, text, evidence), composition: withSections(composition, evidence) };
}

/** Puts the reasons for which findings may stand into them. @throws FhirError 422 for a finding about another note. */
async function override(repository: Repository, review: Review, documentId: string, editor: Editor): Promise<void> {
  for (const { issue: id, reason } of review.overrides) {
    const issue = await repository.readResource<DetectedIssue>('DetectedIssue', id);
    const isAboutIt = (issue.implicated ?? []).some(({ reference }) => reference === `DocumentReference/${documentId}`);
    if (!isAboutIt) {
      throw unprocessable('note-finding', 'The finding is not about this note', 'finding');
    }
    const author = { reference: editor.reference };
    await repository.updateResource<DetectedIssue>({
      ...issue,
      status: 'final',
      mitigation: [...(issue.mitigation ?? []), { action: { text: reason }, date: editor.at, author }],
    });
  }
}

const atVersion = (resource: Resource) => ({ ifMatch: resource.meta?.versionId });

/** Writes a note down over the versions that were read. */
export async function saveNote(repository: Repository, before: Note, after: Note): Promise<Note> {
  const composition = await repository.updateResource<Composition>(after.composition, atVersion(before.composition));
  const document = await repository.updateResource<DocumentReference>(after.document, atVersion(before.document));
  return { document, composition };
}

/**
 * `DocumentReference/{id}/$review`: the clinician to whom a draft is addressed edits it, answers its findings, and calls
 * it reviewed, or rejects it. Nothing is kept of a review that is refused.
 */
export async function review(deps: NoteDependencies, request: OperationRequest): Promise<OperationResponse> {
  const asked = reviewOf(request.body);
  const document = await ownNote(request);
  const editor = { reference: request.context.author, at: deps.clock().toISOString() };
  const written = await deps.trusted(request.context).withTransaction(async (repository) => {
    if (asked.decision === 'rejected') {
      const reviewer = repository.context.author;
      return discardNote(repository, document, {
        outcome: 'rejected',
        reviewer,
        at: deps.clock(),
        seconds: asked.seconds,
      });
    }
    const composition = await loadComposition(repository, document);
    const before = { document, composition: composition as WithId<Composition> };
    const after = edited(before, asked, editor);
    await override(repository, asked, document.id, editor);
    if (asked.decision === 'reviewed') {
      await assertPasses(repository, after.document, after.composition);
    }
    const tagged = { ...after, document: withNoteState(after.document, asked.decision) };
    const saved = await saveNote(repository, before, tagged);
    await moveTask(repository, saved.document, { state: asked.decision, seconds: asked.seconds });
    return saved.document;
  });
  return { resource: written, headers: { ETag: `W/"${written.meta?.versionId}"` } };
}
