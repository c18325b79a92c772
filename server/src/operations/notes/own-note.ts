import type { WithId } from '@medplum/core';
import type { DocumentReference } from '@medplum/fhirtypes';
import { forbidden, preconditionFailed, unprocessable } from '../../fhir/index.ts';
import { etagVersion, type OperationRequest } from '../../repository/index.ts';
import { isAiWritten } from './note-resources.ts';

/**
 * The unsigned note of an AI that the caller is to review: addressed to them, and at the version they have seen.
 * @throws FhirError 403 for anybody else, 404 where it is not visible, 412, 422 when there is nothing left to review.
 */
export async function ownNote({
  repository,
  context,
  id,
  headers,
}: OperationRequest): Promise<WithId<DocumentReference>> {
  const document = await repository.readResource<DocumentReference>('DocumentReference', id ?? '');
  if (document.authenticator?.reference !== context.author || context.depth > 0) {
    throw forbidden('note-not-addressed', 'Only the clinician to whom the note is addressed reviews and signs it');
  }
  if (document.docStatus !== 'preliminary' || document.status !== 'current') {
    throw unprocessable('note-signed', 'The note is no draft any more');
  }
  if (!isAiWritten(document)) {
    throw unprocessable('note-not-drafted', 'The note was not drafted by an AI');
  }
  const given = headers['if-match'];
  const version = etagVersion(typeof given === 'string' ? given : undefined);
  if (version !== undefined && version !== document.meta?.versionId) {
    throw preconditionFailed('version-mismatch', `If-Match names version ${version}, which is not the current one`);
  }
  return document;
}
