/** An element of a resource as JSON. */
export type Element = Readonly<Record<string, unknown>>;

/** One thing that a token search may find. `system` is undefined where the element cannot have one. */
export interface Token {
  readonly code: string | undefined;
  readonly system?: string;
  /** Texts beside the code, for `:text`. */
  readonly texts: readonly string[];
}

/** One amount with its unit. */
export interface Amount {
  readonly low: number;
  readonly high: number;
  readonly system?: string;
  readonly units: readonly string[];
}

/** What a reference says. */
export interface Pointer {
  readonly url?: string;
  readonly identifier?: Token;
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(...values: readonly unknown[]): string[] {
  return values.flatMap(listOf).filter((value) => typeof value === 'string');
}

/** @see https://hl7.org/fhir/R4/search.html#token */
export function tokensOf(value: unknown): Token[] {
  if (!isElement(value)) {
    return value === undefined || value === null ? [] : [{ code: String(value), texts: [] }];
  }
  if ('coding' in value || (!('code' in value) && !('value' in value) && 'text' in value)) {
    return listOf(value.coding)
      .filter(isElement)
      .map((coding) => codingToken(coding, textsOf(value.text)));
  }
  if ('value' in value) {
    const type = isElement(value.type) ? textsOf(value.type.text) : [];
    const isContact = CONTACTS.has(String(value.system));
    return [{ code: textOf(value.value), texts: type, ...(!isContact && { system: textOf(value.system) ?? '' }) }];
  }
  return 'code' in value || 'system' in value ? [codingToken(value, [])] : [];
}

const CONTACTS = new Set(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']);

function codingToken(coding: Element, texts: readonly string[]): Token {
  return {
    code: textOf(coding.code),
    system: textOf(coding.system) ?? '',
    texts: [...texts, ...textsOf(coding.display)],
  };
}

/** @see https://hl7.org/fhir/R4/search.html#string */
export function stringsOf(value: unknown): string[] {
  if (!isElement(value)) {
    return typeof value === 'string' ? [value] : [];
  }
  const { text, family, given, prefix, suffix, line, city, district, state, postalCode, country } = value;
  return textsOf(text, family, given, prefix, suffix, line, city, district, state, postalCode, country);
}

/** Numbers and quantities. @see https://hl7.org/fhir/R4/search.html#quantity */
export function amountsOf(value: unknown): Amount[] {
  if (typeof value === 'number') {
    return [{ low: value, high: value, units: [] }];
  }
  if (!isElement(value)) {
    return [];
  }
  if ('low' in value || 'high' in value) {
    const [low] = amountsOf(value.low);
    const [high] = amountsOf(value.high);
    const unit = low ?? high;
    return unit
      ? [{ ...unit, low: low?.low ?? Number.NEGATIVE_INFINITY, high: high?.high ?? Number.POSITIVE_INFINITY }]
      : [];
  }
  const amount = value.value;
  if (typeof amount !== 'number' || 'comparator' in value) {
    return [];
  }
  if ('currency' in value) {
    return [{ low: amount, high: amount, system: 'urn:iso:std:iso:4217', units: textsOf(value.currency) }];
  }
  const system = textOf(value.system);
  return [{ low: amount, high: amount, units: textsOf(value.code, value.unit), ...(system && { system }) }];
}

/** @see https://hl7.org/fhir/R4/search.html#reference */
export function pointersOf(value: unknown): Pointer[] {
  if (!isElement(value)) {
    return typeof value === 'string' ? [{ url: value }] : [];
  }
  const url = textOf(value.reference);
  const [identifier] = tokensOf(value.identifier);
  return url === undefined && !identifier
    ? []
    : [{ ...(url !== undefined && { url }), ...(identifier && { identifier }) }];
}

/** The texts of dates that an element spans, as start and end. @see https://hl7.org/fhir/R4/search.html#date */
export function periodsOf(value: unknown): { readonly start?: string; readonly end?: string }[] {
  if (typeof value === 'string') {
    return [{ start: value, end: value }];
  }
  if (!isElement(value)) {
    return [];
  }
  if ('start' in value || 'end' in value) {
    const { start, end } = value;
    return [{ start: textOf(start), end: textOf(end) }];
  }
  const events = textsOf(value.event).sort();
  const bounds = isElement(value.repeat) ? value.repeat.boundsPeriod : undefined;
  const limits = bounds === undefined ? [] : periodsOf(bounds);
  return events.length > 0 ? [{ start: events[0], end: events.at(-1) }] : limits;
}
