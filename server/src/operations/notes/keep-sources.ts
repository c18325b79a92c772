import type { Binary, DocumentReference, Resource } from '@medplum/fhirtypes';
import { parseReference, unprocessable } from '../../fhir/index.ts';
import type { Repository, WriteGuard } from '../../repository/index.ts';
import { assertConsent } from '../transcripts/consent.ts';
import { unlessMissing } from './load-note.ts';
import { evidenceOf, withHashes } from './note-parts.ts';
import { isAiWritten, isTranscript } from './note-resources.ts';

/** What may change of a transcript once it is taken in: its labels, and that it was a mistake. */
const OPEN_ELEMENTS = new Set(['id', 'meta', 'status', 'docStatus']);

const fixedPart = (resource: Resource): string =>
  JSON.stringify(
    Object.entries(resource)
      .filter(([name]) => !OPEN_ELEMENTS.has(name))
      .sort(),
  );

/** @throws FhirError 422 when a draft comes with sentences that are marked as a person's. */
function refuseForgedMarks(document: DocumentReference): void {
  const isForged = evidenceOf(document)?.sentences.some(
    ({ origin, writtenBy, editedBy, draftText }) =>
      origin !== 'ai' || (writtenBy ?? editedBy ?? draftText) !== undefined,
  );
  if (isForged) {
    throw unprocessable('note-origin-forged', 'Only the person writing marks a sentence as human-written');
  }
}

function refuseChangedTranscript(before: DocumentReference, after: Resource): void {
  if (fixedPart(before) !== fixedPart(after)) {
    throw unprocessable('transcript-immutable', 'A transcript is not changed');
  }
}

/** Is a Binary the text or the sound of a transcript? */
async function isOfTranscript(repository: Repository, { securityContext }: Binary): Promise<boolean> {
  const context = parseReference(securityContext?.reference);
  return (
    context?.type === 'DocumentReference' &&
    isTranscript(await unlessMissing(repository.readResource('DocumentReference', context.id)))
  );
}

/**
 * What notes rest on comes with consent, and stays what it was: transcripts, their bytes, and the origin of each sentence
 * of a draft.
 */
export function keepSources(systemRepository: (tenant: number) => Repository, clock: () => Date): WriteGuard {
  return async ({ context, grant, before, after }) => {
    if (grant.system) {
      return after;
    }
    const isDraft = !before && after.resourceType === 'DocumentReference' && isAiWritten(after);
    if (isDraft) {
      refuseForgedMarks(after);
    }
    if (!before && isTranscript(after)) {
      const [patient = '', encounter = ''] = [after.subject?.reference, after.context?.encounter?.[0]?.reference];
      await assertConsent(systemRepository(context.tenant), { patient, encounter, now: clock() });
    }
    if (isTranscript(before)) {
      refuseChangedTranscript(before, after);
    }
    if (before?.resourceType === 'Binary' && (await isOfTranscript(systemRepository(context.tenant), before))) {
      throw unprocessable('transcript-immutable', 'A transcript is not changed');
    }
    return isDraft ? withHashes(after) : after;
  };
}
