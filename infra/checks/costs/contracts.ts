import type { SearchCost } from './search-cost.ts';

/**
 * What a first page of each shape of search may cost: most pages of 8 KiB that it touches on the 40 charts of the test.
 * The figures are measured ones; a change that makes a shape dearer by more than a fifth is refused. Whoever makes one
 * cheaper lowers its figure.
 */
export const CONTRACTS: Readonly<Record<string, number>> = {
  token: 72,
  'token, identifier': 6,
  string: 69,
  'string :contains': 88,
  date: 86,
  'date, a day': 30,
  quantity: 89,
  composite: 88,
  reference: 75,
  'reference, requester': 88,
  'patient + code, newest first': 221,
  sort: 130,
  combined: 212,
  chained: 208,
  has: 221,
  include: 93,
  revinclude: 274,
  total: 113,
  'a compartment': 218,
  'all types of a compartment': 90,
  'category of a patient, newest first': 217,
  'changed since': 68,
  'newest of all': 68,
  'last changed first': 84,
  'by several ids': 6,
  'one of several codes': 90,
  'not a status': 276,
  'a missing element': 131,
  'a period': 88,
  'a week in order': 9,
  'newest of a period': 74,
  'changed lately': 2,
  'changed lately, in order': 2,
  'unit converted': 88,
  'in a component': 213,
  'visits of a clinician': 255,
  'two links': 232,
  'pointed to by two': 659,
  'counted only': 123,
  'includes that go on': 256,
};

/** How much more a search may cost than agreed: a fifth, and two pages where there are few. */
const TOLERANCE = 0.2;
const SLACK = 2;

/** What is wrong with a cost, in words; undefined while it keeps its contract. */
export function breach(shape: string, cost: SearchCost): string | undefined {
  const agreed = CONTRACTS[shape];
  if (agreed === undefined) {
    return `${shape}: touches ${cost.pages} pages and has no contract`;
  }
  if (cost.scanned.length > 0) {
    return `${shape}: reads all of ${cost.scanned.join(', ')}, no index serves it`;
  }
  return cost.pages > agreed * (1 + TOLERANCE) + SLACK
    ? `${shape}: touches ${cost.pages} pages, agreed are ${agreed}`
    : undefined;
}
