import { createHash } from 'node:crypto';
import type { Attachment, Composition, DocumentReference } from '@medplum/fhirtypes';
import { codeSystemUrl, documentFormatCoding } from '@mindbridge/fhir-profiles';
import type { NoteParts, Refusal } from './check-note.ts';
import { evidenceText, type NoteEvidence, parseEvidence } from './note-evidence.ts';

/** The text inside an attachment; undefined unless its base64 is the one way to write it. */
export function attachedText(attachment: Attachment | undefined): string | undefined {
  const { data } = attachment ?? {};
  if (data === undefined) {
    return undefined;
  }
  const bytes = Buffer.from(data, 'base64');
  const text = bytes.toString('utf8');
  return bytes.toString('base64') === data && Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** The attachment with the size and hash of its bytes. @see https://hl7.org/fhir/R4/datatypes.html#Attachment */
function sealed(attachment: Attachment): Attachment {
  if (attachment.data === undefined) {
    return attachment;
  }
  const bytes = Buffer.from(attachment.data, 'base64');
  return { ...attachment, size: bytes.length, hash: createHash('sha1').update(bytes).digest('base64') };
}

/** The document with size and hash on each attachment that came without: from then on not a bit of it can flip unseen. */
export function withHashes<T extends DocumentReference>(document: T): T {
  const content = document.content.map((each) =>
    each.attachment.hash === undefined ? { ...each, attachment: sealed(each.attachment) } : each,
  );
  return { ...document, content };
}

/** Are the bytes of each attachment those of the size and hash that it names, where it names them? */
export function areWhole({ content }: DocumentReference): boolean {
  return content.every(({ attachment }) => {
    const { size, hash } = sealed(attachment);
    return (attachment.size ?? size) === size && (attachment.hash ?? hash) === hash;
  });
}

/** The attachment of a document in a format of ours; undefined when there is none, or more than one. */
export function attachmentOf(document: DocumentReference, format: string): Attachment | undefined {
  const found = document.content.filter(
    (content) => content.format?.system === codeSystemUrl.documentFormat && content.format.code === format,
  );
  return found.length === 1 ? found[0]?.attachment : undefined;
}

/** Literal references of a type to which a note is related. */
export function relatedOf(document: DocumentReference, type: string): string[] {
  return (document.context?.related ?? []).flatMap(({ reference }) =>
    reference?.startsWith(`${type}/`) ? [reference] : [],
  );
}

/** The evidence that a document carries, if it can be read. */
export function evidenceOf(document: DocumentReference): NoteEvidence | undefined {
  const text = attachedText(attachmentOf(document, documentFormatCoding.evidence.code));
  return text === undefined ? undefined : parseEvidence(text);
}

/** Takes a note apart, or says why it cannot be done. */
export function notePartsOf(document: DocumentReference, composition: Composition | undefined): NoteParts | Refusal {
  const text = attachedText(attachmentOf(document, documentFormatCoding.note.code));
  const evidence = evidenceOf(document);
  if (evidence === undefined) {
    return { key: 'note-evidence-missing', text: 'The note has no evidence that can be read' };
  }
  if (text === undefined || composition === undefined || document.content.length !== 2) {
    return { key: 'note-text-mismatch', text: 'The note has no text or no Composition, or something besides' };
  }
  if (!areWhole(document)) {
    return { key: 'note-text-mismatch', text: 'An attachment of the note is not what its size and hash say' };
  }
  return { document, text, evidence, composition, clinician: document.authenticator?.reference ?? '' };
}

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** The document with another text and evidence in its attachments. */
export function withWords<T extends DocumentReference>(document: T, text: string, evidence: NoteEvidence): T {
  const data: Readonly<Record<string, string>> = {
    [documentFormatCoding.note.code]: encoded(text),
    [documentFormatCoding.evidence.code]: encoded(evidenceText(evidence)),
  };
  const content = document.content.map((each) => {
    const replaced = data[each.format?.code ?? ''];
    if (replaced === undefined) {
      return each;
    }
    return { ...each, attachment: sealed({ ...each.attachment, data: replaced }) };
  });
  return { ...document, content };
}
