import type { StoredKind } from './search-parameter.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const QUANTITIES = 'Quantity SimpleQuantity Age Count Distance Duration Money Range SampledData decimal integer';

/** Types of elements by kind of parameter. @see https://hl7.org/fhir/R4/search.html#table */
const VALUE_TYPES: Readonly<Record<StoredKind, ReadonlySet<string>>> = {
  token: words('code Coding CodeableConcept Identifier ContactPoint boolean string id uri integer positiveInt'),
  reference: words('Reference canonical uri'),
  string: words('string markdown HumanName Address CodeableConcept code'),
  date: words('date dateTime instant Period Timing'),
  number: words('integer decimal positiveInt unsignedInt'),
  quantity: words(QUANTITIES),
  uri: words('uri url canonical oid uuid'),
};

/** Can values of a type be searched by a parameter of this kind? */
export function acceptsType(kind: StoredKind, type: string): boolean {
  return VALUE_TYPES[kind].has(type);
}
