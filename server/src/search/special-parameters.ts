import { invalid } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import { anyOf, negatable, noModifier, valuesOf } from './criteria.ts';
import type { ParseContext } from './parse-context.ts';
import type { Criterion, TextPlace } from './query.ts';
import { unescaped } from './split.ts';
import { badValue, dateTest } from './values.ts';

type Read = (context: ParseContext, type: string, value: string) => Criterion;

/** Parameters that are about the resource as a whole. @see https://hl7.org/fhir/R4/search.html#all */
const SPECIAL: Readonly<Record<string, Read>> = {
  _id: (_context, type, value) => ({
    kind: 'id',
    ids: valuesOf('_id', value).map((id) => id.replace(`${type}/`, '')),
  }),
  _lastUpdated: (context, _type, value) => lastUpdated(context, valuesOf('_lastUpdated', value)),
  _compartment: (_context, type, value) =>
    anyOf(valuesOf('_compartment', value).map((text) => compartment(type, text))),
  _inCompartment: (context, type, value) =>
    anyOf(valuesOf('_inCompartment', value).map((text) => inCompartment(context, type, text))),
  near(context, type, value) {
    context.parameter(type, 'near');
    return near(value);
  },
  _list: (_context, type, value) => anyOf(valuesOf('_list', value).map((text) => list(type, text))),
  _text: (_context, _type, value) => wordsIn('narrative', value),
  _content: (_context, _type, value) => wordsIn('content', value),
  _project: () => ({ kind: 'always' }),
};

const NEGATABLE = new Set(['_id', '_compartment', '_list']);

/** The criterion of a parameter that is about the resource as a whole; undefined for all others. */
export function specialCriterion(
  context: ParseContext,
  type: string,
  code: string,
  modifier: string,
  value: string,
): Criterion | undefined {
  const read = Object.hasOwn(SPECIAL, code) ? SPECIAL[code] : undefined;
  if (!read) {
    return undefined;
  }
  if (modifier === 'missing' && (code === '_id' || code === '_lastUpdated')) {
    return { kind: value === 'true' ? 'never' : 'always' };
  }
  return (NEGATABLE.has(code) ? negatable : plain)(modifier, code, read(context, type, value));
}

const plain = (modifier: string, code: string, criterion: Criterion): Criterion =>
  noModifier(code, modifier, criterion);

function lastUpdated(context: ParseContext, values: readonly string[]): Criterion {
  const tests = values.map((value) => context.near(dateTest({ code: '_lastUpdated' }, value)));
  return tests.length > 0 ? { kind: 'lastUpdated', tests: [tests] } : anyOf([]);
}

/** Words that stand in a text; `OR`, quotes and a leading minus are understood. */
export function wordsIn(place: TextPlace, value: string, parameter?: IndexedParameter): Criterion {
  const written = unescaped(value);
  // Words that stand beside one another must all be there: so `AND` says nothing of its own.
  const words = place === 'codes' ? written : written.replace(/\sAND\s/g, ' ');
  return { kind: 'text', place, words, ...(parameter && { parameter }) };
}

function list(resourceType: string, text: string): Criterion {
  if (text.startsWith('$')) {
    throw invalid('search-list', "'_list' takes one list by name, without a modifier");
  }
  return { kind: 'list', resourceType, id: text.replace('List/', '') };
}

function compartment(resourceType: string, value: string): Extract<Criterion, { kind: 'compartment' }> {
  const [type, id, ...more] = value.split('/');
  if (!type || !id || more.length > 0) {
    throw badValue({ code: '_compartment' }, 'a reference such as Patient/1');
  }
  return { kind: 'compartment', resourceType, type, id };
}

/** References to so many types may point to anything: they say what a resource is about, not where it belongs. */
const ANYTHING = 30;

/** A compartment as FHIR defines it: of a patient by her rows; of others itself, and what refers to them. */
function inCompartment(context: ParseContext, type: string, value: string): Criterion {
  const place = compartment(type, value);
  if (place.type === 'Patient') {
    return place;
  }
  if (type === place.type) {
    return { kind: 'id', ids: [place.id] };
  }
  const parameters = context
    .parameters(type)
    .filter(({ kind, targets }) => kind === 'reference' && targets.includes(place.type) && targets.length < ANYTHING);
  return { kind: 'pointsTo', parameters, test: { kind: 'reference', id: place.id, types: [place.type] } };
}

const METERS: Readonly<Record<string, number>> = { km: 1000, m: 1, '[mi_i]': 1609.344, mi: 1609.344 };

/** `latitude|longitude|distance|unit`; 10 km when no distance is given. @see https://hl7.org/fhir/R4/location.html#search */
function near(value: string): Criterion {
  const [latitude, longitude, distance = '10', unit = 'km', ...more] = value.split('|');
  const [lat, long, length] = [latitude, longitude, distance].map((part) => (part ? Number(part) : Number.NaN)) as [
    number,
    number,
    number,
  ];
  const factor = Object.hasOwn(METERS, unit) ? METERS[unit] : undefined;
  const valid =
    Math.abs(lat) <= 90 && Math.abs(long) <= 180 && length >= 0 && factor !== undefined && more.length === 0;
  if (!valid) {
    throw badValue({ code: 'near' }, 'latitude|longitude|distance|unit, such as 42.25|-83.69|5|km');
  }
  return { kind: 'near', latitude: lat, longitude: long, meters: length * factor };
}
