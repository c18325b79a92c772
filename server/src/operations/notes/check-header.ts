import type {
  CodeableConcept,
  Coding,
  Composition,
  DocumentReference,
  DocumentReferenceContent,
  Identifier,
  Reference,
  Resource,
} from '@medplum/fhirtypes';
import { aiLabel, documentCoding, documentFormatCoding } from '@mindbridge/fhir-profiles';

const DRAFT = ' (draft)';

/** A title without the word that it is a draft. */
export const finalTitle = (title: string): string => (title.endsWith(DRAFT) ? title.slice(0, -DRAFT.length) : title);

const codingsOf = (concept: CodeableConcept | undefined): string => JSON.stringify(concept?.coding);
const referencesOf = (references: readonly Reference[] | undefined): string =>
  JSON.stringify((references ?? []).map(({ reference, display }) => [reference, display]));

const keyOf = (identifier: Identifier | undefined): string | undefined =>
  identifier && `${identifier.system}|${identifier.value}`;

/** Do both have the same, or one of them nothing? */
const agree = (one: unknown, other: unknown): boolean => one === undefined || other === undefined || one === other;

/** The part of a document in a format of ours. */
const partOf = ({ content }: DocumentReference, { code }: Coding): DocumentReferenceContent | undefined =>
  content.find(({ format }) => format?.code === code);

const isWorded = ({ display }: Coding = {}, wanted: Coding): boolean => agree(display, wanted.display);

const isAiLabel = (label: Coding): boolean => label.system === aiLabel.system && label.code === aiLabel.code;

/** Does a resource say that an AI wrote it, in the words of the standard? */
const isLabelled = ({ meta }: Resource): boolean => {
  const labels = meta?.security ?? [];
  const own = labels.filter(({ code }) => code === aiLabel.code);
  return own.length > 0 && own.every((label) => isAiLabel(label) && isWorded(label, aiLabel));
};

/** Is it filed as a note? */
const isNote = (coding: Coding): boolean =>
  coding.system === documentCoding.note.system &&
  coding.code === documentCoding.note.code &&
  isWorded(coding, documentCoding.note);

/** What the evidence of a note is called, where it is called something. */
const EVIDENCE = 'Evidence';

/** Are the attachments of a note, and what it is filed as, labelled as they are meant? */
function isLabelledRight(document: DocumentReference): boolean {
  const { note, evidence } = documentFormatCoding;
  const [words, beside] = [partOf(document, note), partOf(document, evidence)];
  const filed = (document.category ?? []).flatMap(({ coding = [] }) => coding);
  return (
    /^text\/plain(?:; ?charset=(?:utf|UTF)-8)?$/.test(words?.attachment.contentType ?? '') &&
    beside?.attachment.contentType === 'application/json' &&
    agree(beside.attachment.title, EVIDENCE) &&
    isWorded(words?.format, note) &&
    isWorded(beside.format, evidence) &&
    (filed.length === 0 || filed.some(isNote))
  );
}

/**
 * Do the two resources of a note speak of the same visit: patient, encounter, kind, authors, clinician, day and title?
 * A Composition about somebody else is not signed with the document beside it.
 */
export function haveSameHeader(document: DocumentReference, composition: Composition): boolean {
  const title = partOf(document, documentFormatCoding.note)?.attachment.title;
  const addressed = (composition.attester ?? []).filter(({ mode }) => mode === 'professional');
  return (
    composition.subject?.reference === document.subject?.reference &&
    composition.encounter?.reference === document.context?.encounter?.[0]?.reference &&
    codingsOf(composition.type) === codingsOf(document.type) &&
    referencesOf(composition.author) === referencesOf(document.author) &&
    addressed.length > 0 &&
    addressed.every(({ party }) => party?.reference === document.authenticator?.reference) &&
    agree(composition.date, document.date) &&
    agree(keyOf(composition.identifier), keyOf(document.identifier?.[0])) &&
    agree(finalTitle(composition.title), title) &&
    [document, composition].every(isLabelled) &&
    isLabelledRight(document)
  );
}
