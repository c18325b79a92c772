import type { CodeableConcept, Coding, DocumentReference, Resource } from '@medplum/fhirtypes';
import { aiLabel, codeSystemUrl, documentCoding, noteStatusCoding } from '@mindbridge/fhir-profiles';

const hasCoding = (concept: CodeableConcept | undefined, wanted: Coding): boolean =>
  (concept?.coding ?? []).some((coding) => coding.system === wanted.system && coding.code === wanted.code);

/** Is this the transcript of a visit? */
export function isTranscript(resource: Resource | undefined): resource is DocumentReference {
  return resource?.resourceType === 'DocumentReference' && hasCoding(resource.type, documentCoding.transcript);
}

/** Did an AI write it? */
export function isAiWritten(resource: Resource): boolean {
  return (resource.meta?.security ?? []).some((label) => label.code === aiLabel.code);
}

/** How far a note has come, by its tag; a note without one is a draft. */
export function noteStateOf(document: DocumentReference): string {
  const tag = (document.meta?.tag ?? []).find((each) => each.system === codeSystemUrl.noteStatus);
  return tag?.code ?? noteStatusCoding.draft.code;
}

/** The resource with the tag of a state. */
export function withNoteState<T extends Resource>(resource: T, state: keyof typeof noteStatusCoding): T {
  const others = (resource.meta?.tag ?? []).filter((each) => each.system !== codeSystemUrl.noteStatus);
  return { ...resource, meta: { ...resource.meta, tag: [...others, noteStatusCoding[state]] } };
}
