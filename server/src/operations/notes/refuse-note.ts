import type { Composition, DocumentReference } from '@medplum/fhirtypes';
import { FhirError } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';
import { checkNote, type NoteParts, type Refusal } from './check-note.ts';
import { openFindings } from './findings.ts';
import { loadFindings, loadSources } from './load-note.ts';
import { isKnownPrompt, writingEngine } from './note-engine.ts';
import { notePartsOf } from './note-parts.ts';

/** @throws FhirError 422 with an issue for each reason why the note cannot be reviewed or signed. */
export function refuse(refusals: readonly Refusal[]): void {
  if (refusals.length > 0) {
    throw new FhirError(
      422,
      refusals.map(({ key, text, sentence }) => ({
        severity: 'error',
        code: 'business-rule',
        key,
        text,
        ...(sentence !== undefined && { expression: sentence }),
      })),
    );
  }
}

/** The parts of a note. @throws FhirError 422 when it cannot be taken apart. */
export function assertParts(document: DocumentReference, composition: Composition | undefined): NoteParts {
  const parts = notePartsOf(document, composition);
  if ('key' in parts) {
    refuse([parts]);
  }
  return parts as NoteParts;
}

/**
 * Lets a note pass, or says everything that keeps it from it.
 * @throws FhirError 422
 * @see ai.md §2: the server refuses reviewed or signed without evidence
 */
export async function assertPasses(
  repository: Repository,
  document: DocumentReference,
  composition: Composition | undefined,
): Promise<void> {
  const parts = assertParts(document, composition);
  const [sources, issues, author, isPromptKnown] = await Promise.all([
    loadSources(repository, parts.evidence, document),
    loadFindings(repository, document.id ?? ''),
    writingEngine(repository, document),
    isKnownPrompt(repository, parts.evidence.prompt),
  ]);
  const text = 'The clinic does not hold the prompt that the evidence names';
  refuse([
    ...(isPromptKnown ? [] : [{ key: 'note-engine-unknown', text } as const]),
    ...checkNote(parts, sources, author),
    ...openFindings(issues, parts.evidence),
  ]);
}
