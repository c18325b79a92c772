import { parseReference } from '../fhir/index.ts';
import { dateInterval, FOREVER } from './date-interval.ts';
import { fold } from './fold.ts';
import { clip, clipStart, parameterKey, systemKey } from './keys.ts';
import type { RowSink } from './row-sink.ts';
import type { StoredKind } from './search-parameter.ts';
import { canonicalUnit, toCanonical, UCUM } from './ucum.ts';

type Json = Record<string, unknown>;

/** Adds the rows of one value; `context` is the element in which a composite parameter looks. */
export type Emitter = (value: unknown, sink: RowSink, ord: number, context: Json) => void;

/** What an emitter must know of its parameter. */
export interface EmitterOptions {
  readonly key: number;
  /** Type, code of the parameter: names its side rows. */
  readonly name: string;
  readonly kind: StoredKind;
  /** Type name of the values. */
  readonly valueType: string;
  readonly implicitSystem: number;
  /** Property beside the value whose codes discriminate quantities. */
  readonly discriminator?: string;
}

/** Makes the emitter for one parameter and one type of values; undefined when such values are never searched. */
export function emitterFor(options: EmitterOptions): Emitter | undefined {
  switch (options.kind) {
    case 'token':
    case 'uri':
      return tokenEmitter(options);
    case 'reference':
      return referenceEmitter(options);
    case 'date':
      return dateEmitter(options);
    case 'string':
      return stringEmitter(options);
    default:
      return quantityEmitter(options);
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** An element that is there without anything to find it by still has a row: `:missing` asks whether it is there. */
const NOTHING = '';

function tokenEmitter({ key, valueType, implicitSystem }: EmitterOptions): Emitter | undefined {
  const coding = (value: unknown, sink: RowSink, ord: number): void => {
    if (isObject(value) && (value.code || value.system)) {
      sink.index_token.push([key, clip(text(value.code)), systemKey(text(value.system)), ord]);
    }
  };
  switch (valueType) {
    case 'CodeableConcept':
      return (value, sink, ord) => {
        const before = sink.index_token.length;
        if (isObject(value) && Array.isArray(value.coding)) {
          for (const item of value.coding) {
            coding(item, sink, ord);
          }
        }
        if (sink.index_token.length === before && isObject(value)) {
          sink.index_token.push([key, NOTHING, 0, ord]);
        }
      };
    case 'Coding':
      return coding;
    case 'Identifier':
      return (value, sink, ord) => {
        if (isObject(value)) {
          sink.index_token.push([key, clip(text(value.value)), systemKey(text(value.system)), ord]);
        }
      };
    case 'ContactPoint':
      return (value, sink, ord) => {
        if (isObject(value) && value.value) {
          sink.index_token.push([key, clip(fold(text(value.value))), systemKey(text(value.system)), ord]);
        }
      };
    default:
      return (value, sink, ord) => {
        if (!isObject(value) && value !== undefined && value !== null && value !== '') {
          sink.index_token.push([key, clip(String(value)), implicitSystem, ord]);
        }
      };
  }
}

/** `at` is filled in when all rows of the resource are known. */
function referenceEmitter({ key, name }: EmitterOptions): Emitter {
  const identifierKey = parameterKey(`${name}:identifier`);
  const literal = (value: string, sink: RowSink): void => {
    const parts = parseReference(value);
    if (parts && !parts.base) {
      sink.index_reference.push([key, parts.id, parts.type, parts.version ?? '', 0]);
    } else if (value && !value.startsWith('#')) {
      const bar = value.indexOf('|');
      const target = bar < 0 ? value : value.slice(0, bar);
      sink.index_reference.push([key, clip(target), '', bar < 0 ? '' : value.slice(bar + 1), 0]);
    }
  };
  return (value, sink, ord) => {
    const before = sink.index_reference.length;
    if (typeof value === 'string') {
      literal(value, sink);
    } else if (isObject(value)) {
      if (typeof value.resourceType === 'string' && typeof value.id === 'string') {
        literal(`${value.resourceType}/${value.id}`, sink);
      }
      if (typeof value.reference === 'string') {
        literal(value.reference, sink);
      }
      if (isObject(value.identifier) && value.identifier.value) {
        const { system, value: number } = value.identifier;
        sink.index_token.push([identifierKey, clip(text(number)), systemKey(text(system)), ord]);
      }
    }
    if (sink.index_reference.length === before) {
      sink.index_reference.push([key, NOTHING, NOTHING, NOTHING, 0]);
    }
  };
}

/** The interval of a date, Period or Timing; undefined without any date. */
export function intervalOf(value: unknown): { low: number; high: number } | undefined {
  if (typeof value === 'string') {
    return dateInterval(value);
  }
  if (!isObject(value)) {
    return undefined;
  }
  if (value.start !== undefined || value.end !== undefined) {
    const start = dateInterval(text(value.start));
    const end = dateInterval(text(value.end));
    return { low: start?.low ?? -FOREVER, high: end?.high ?? FOREVER };
  }
  const bounds = isObject(value.repeat) ? value.repeat.boundsPeriod : undefined;
  const events: unknown[] = Array.isArray(value.event) ? value.event : [];
  const parts = [...events, bounds].map(intervalOf).filter((i) => !!i);
  return parts.length > 0
    ? { low: Math.min(...parts.map((i) => i.low)), high: Math.max(...parts.map((i) => i.high)) }
    : undefined;
}

function dateEmitter({ key }: EmitterOptions): Emitter {
  return (value, sink) => {
    const interval = intervalOf(value);
    if (interval) {
      sink.index_date.push([key, interval.low, interval.high]);
    }
  };
}

const HUMAN_NAME = ['family', 'given', 'prefix', 'suffix', 'text'];
const ADDRESS = ['line', 'city', 'district', 'state', 'country', 'postalCode', 'text'];

function stringEmitter({ key, valueType }: EmitterOptions): Emitter | undefined {
  const plain = (value: unknown, sink: RowSink): void => {
    if (typeof value === 'string' && value) {
      const exact = clipStart(value);
      const folded = clipStart(fold(value));
      sink.index_string.push([key, folded, exact === folded ? '' : exact]);
    }
  };
  const parts =
    (names: readonly string[]): Emitter =>
    (value, sink) => {
      for (const name of names) {
        const part = isObject(value) ? value[name] : undefined;
        if (Array.isArray(part)) {
          for (const item of part) {
            plain(item, sink);
          }
        } else if (part !== undefined) {
          plain(part, sink);
        }
      }
    };
  switch (valueType) {
    case 'HumanName':
      return parts(HUMAN_NAME);
    case 'Address':
      return parts(ADDRESS);
    case 'CodeableConcept':
      return parts(['text']);
    default:
      return plain;
  }
}

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly unitText: string;
  readonly system: string;
}

/** The bounds and the unit of a number, Quantity, Range, Money or SampledData. */
function boundsOf(value: unknown): Bounds | undefined {
  if (typeof value === 'number') {
    return { low: value, high: value, unit: '', unitText: '', system: '' };
  }
  if (!isObject(value)) {
    return undefined;
  }
  if (typeof value.value === 'number') {
    return quantityBounds(value, value.value);
  }
  if (isObject(value.low) || isObject(value.high)) {
    const low = boundsOf(value.low);
    const high = boundsOf(value.high);
    const either = low ?? high;
    return (
      either && { ...either, low: low?.low ?? Number.NEGATIVE_INFINITY, high: high?.high ?? Number.POSITIVE_INFINITY }
    );
  }
  return isObject(value.origin) ? sampledBounds(value, value.origin) : undefined;
}

function quantityBounds(quantity: Json, value: number): Bounds {
  const below = quantity.comparator === '<' || quantity.comparator === '<=';
  const above = quantity.comparator === '>' || quantity.comparator === '>=';
  const currency = text(quantity.currency);
  return {
    low: below ? Number.NEGATIVE_INFINITY : value,
    high: above ? Number.POSITIVE_INFINITY : value,
    unit: text(quantity.code) || currency || text(quantity.unit),
    unitText: text(quantity.unit),
    system: currency ? 'urn:iso:std:iso:4217' : text(quantity.system),
  };
}

/** Smallest and largest sample. @see https://hl7.org/fhir/R4/datatypes.html#SampledData */
function sampledBounds(data: Json, origin: Json): Bounds | undefined {
  const base = boundsOf(origin);
  const factor = typeof data.factor === 'number' ? data.factor : 1;
  const samples = text(data.data).split(/\s+/).map(Number).filter(Number.isFinite);
  if (!base || samples.length === 0) {
    return undefined;
  }
  const values = samples.map((sample) => sample * factor + base.low);
  const extent = values.reduce((e, v) => ({ low: Math.min(e.low, v), high: Math.max(e.high, v) }), {
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
  });
  return { ...base, ...extent };
}

function quantityEmitter({ key, discriminator }: EmitterOptions): Emitter {
  return (value, sink, ord, context) => {
    const bounds = boundsOf(value);
    if (!bounds) {
      return;
    }
    const { low, high, unit, unitText, system } = bounds;
    const canonical = system === UCUM && unit ? canonicalUnit(unit) : undefined;
    const row = [
      key,
      low,
      high,
      unit,
      unitText === unit ? '' : clip(unitText),
      systemKey(system),
      canonical?.dimension ?? '',
      canonical ? toCanonical(low, canonical) : low,
      canonical ? toCanonical(high, canonical) : high,
    ];
    const codes = discriminator ? codesOf(context[discriminator]) : [];
    for (const code of codes.length > 0 ? codes : ['']) {
      sink.index_quantity.push([...row, code, ord]);
    }
  };
}

/** Codes of a concept, or of a coding alone as in `useContext.code`. */
function codesOf(concept: unknown): string[] {
  const codings = isObject(concept) ? (Array.isArray(concept.coding) ? concept.coding : [concept]) : [];
  const codes = codings.map((coding) => (isObject(coding) ? clip(text(coding.code)) : '')).filter(Boolean);
  return codes.length > 1 ? [...new Set(codes)] : codes;
}
