import type { CodeableConcept, Narrative, Resource } from '@medplum/fhirtypes';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Does XML have this character? */
const isXml = (char: string): boolean => char >= ' ' || char === '\t' || char === '\n' || char === '\r';

/** Text that is safe within XHTML; characters that XML does not have are left out. */
function escaped(text: string): string {
  const plain = text.replace(/[&<>"']/g, (char) => ESCAPES[char] as string);
  return [...plain].filter(isXml).join('');
}

/** Elements that say what a resource is about, and when. */
interface Described {
  readonly code?: CodeableConcept;
  readonly vaccineCode?: CodeableConcept;
  readonly medicationCodeableConcept?: CodeableConcept;
  readonly medicationReference?: { readonly display?: string };
  readonly title?: string;
  readonly valueQuantity?: { readonly value?: number; readonly unit?: string };
  readonly valueString?: string;
  readonly valueCodeableConcept?: CodeableConcept;
  readonly onsetDateTime?: string;
  readonly effectiveDateTime?: string;
  readonly occurrenceDateTime?: string;
  readonly performedDateTime?: string;
  readonly authoredOn?: string;
}

function words(concept: CodeableConcept | undefined): string | undefined {
  return concept?.text ?? concept?.coding?.find((coding) => coding.display)?.display ?? concept?.coding?.[0]?.code;
}

function described(resource: Resource): string {
  const it = resource as Described;
  const what =
    words(it.code ?? it.vaccineCode ?? it.medicationCodeableConcept) ?? it.medicationReference?.display ?? it.title;
  const { value, unit } = it.valueQuantity ?? {};
  const measured = value === undefined ? (it.valueString ?? words(it.valueCodeableConcept)) : `${value} ${unit ?? ''}`;
  const when =
    it.effectiveDateTime ?? it.performedDateTime ?? it.occurrenceDateTime ?? it.onsetDateTime ?? it.authoredOn;
  const parts = [what ?? resource.resourceType, measured?.trim(), when?.slice(0, 10)];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

/** A list of what a section holds, made from the resources alone. */
export function listNarrative(resources: readonly Resource[]): Narrative {
  const items = resources.map((resource) => `<li>${escaped(described(resource))}</li>`).join('');
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><ul>${items}</ul></div>` };
}

/** One sentence. */
export function textNarrative(text: string): Narrative {
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escaped(text)}</div>` };
}
