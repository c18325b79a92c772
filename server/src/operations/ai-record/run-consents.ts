import type { DocumentReference } from '@medplum/fhirtypes';
import type { Repository } from '../../repository/index.ts';
import { unlessMissing } from '../notes/load-note.ts';
import { relatedOf } from '../notes/note-parts.ts';
import type { RunInput } from './run-inputs.ts';

/** The Consents under which the documents were taken in that a run has read, such as that of a recorded visit. */
export async function consentsOf(repository: Repository, inputs: readonly RunInput[]): Promise<string[]> {
  const ids = inputs.flatMap(({ reference }) => /^DocumentReference\/([^/]+)/.exec(reference)?.[1] ?? []);
  const documents = await Promise.all(
    [...new Set(ids)].map((id) => unlessMissing(repository.readResource<DocumentReference>('DocumentReference', id))),
  );
  return [...new Set(documents.flatMap((document) => (document ? relatedOf(document, 'Consent') : [])))];
}
