import type { DocumentReference, DocumentReferenceContent } from '@medplum/fhirtypes';

/** The content of a document that has a format of ours. */
export function contentOf(document: DocumentReference, format: string): DocumentReferenceContent | undefined {
  return document.content?.find((content) => content.format?.code === format);
}

/** The words of inline data; undefined for data that is elsewhere or no UTF-8. */
export function inlineText(document: DocumentReference, format: string): string | undefined {
  const data = contentOf(document, format)?.attachment.data;
  if (data === undefined) {
    return undefined;
  }
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Inline JSON; undefined for anything else. */
export function inlineJson(document: DocumentReference, format: string): unknown {
  try {
    return JSON.parse(inlineText(document, format) ?? 'null');
  } catch {
    return undefined;
  }
}
