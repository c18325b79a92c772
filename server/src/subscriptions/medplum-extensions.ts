import type { Extension, Subscription } from '@medplum/fhirtypes';

/** Medplum's documentation names its extensions with and without `www`. */
const MEDPLUM = /^https:\/\/(?:www\.)?medplum\.com\/fhir\/StructureDefinition\//;

/** Extensions of Medplum's that a Subscription may carry, by the last part of their URL. */
export type MedplumExtension =
  | 'fhir-path-criteria-expression'
  | 'subscription-supported-interaction'
  | 'subscription-secret'
  | 'subscription-max-attempts'
  | 'subscription-success-codes';

/** HTTP statuses from one to another, both counted in. */
export type StatusRange = readonly [first: number, last: number];

/** The extensions of that name. @see https://www.medplum.com/docs/subscriptions/subscription-extensions */
export function medplumExtensions({ extension = [] }: Subscription, name: MedplumExtension): Extension[] {
  return extension.filter(({ url }) => MEDPLUM.test(url) && url.replace(MEDPLUM, '') === name);
}

/** The FHIRPath expression over %previous and %current of a Subscription. */
export function expressionOf(subscription: Subscription): string | undefined {
  return medplumExtensions(subscription, 'fhir-path-criteria-expression')[0]?.valueString;
}

/** Statuses such as `200,201,410-412` as ranges; undefined when the text says something else. */
export function statusRanges(text: string): StatusRange[] | undefined {
  const parts = text.split(',').map((part) => /^\s*([1-9]\d\d)(?:\s*-\s*([1-9]\d\d))?\s*$/.exec(part));
  return parts.every((part) => part !== null)
    ? parts.map(([, first, last]): StatusRange => [Number(first), Number(last ?? first)])
    : undefined;
}
