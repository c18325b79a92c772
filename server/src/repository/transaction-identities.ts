import type { AccessInteraction } from '../access/index.ts';
import { invalid, notFound, type StoredResource } from '../fhir/index.ts';
import { atEntry, type BundleItem } from './bundle-entries.ts';
import { conditionalReferences } from './bundle-references.ts';
import { criteriaKey, findAllCreated, lockCriteria } from './conditional.ts';
import { matchReferences, type WantedReference } from './conditional-references.ts';
import { findAllMatches, findingLookUp, type Lookup, lookUp, onlyMatch } from './look-up.ts';
import { assertOpen } from './read.ts';
import type { Scope } from './scope.ts';

/** What an entry turned out to mean once its conditions were looked up. */
export interface Identity {
  readonly item: BundleItem;
  readonly type: string;
  /** Id of the resource it acts on; assigned by the server when it is new. */
  readonly id: string;
  /** The id is new: nothing in the store bears it. */
  readonly isNew: boolean;
  /** A conditional create that found its match, or a conditional delete that found none: nothing is written. */
  readonly satisfied: boolean;
  /** What a conditional create found. */
  readonly found?: StoredResource;
  /** The earlier entry that creates under the same condition: what it creates is the match of this one. */
  readonly createdBy?: number;
}

/** Does resolving the entries need a look at the store, and so a transaction that holds its locks? */
export function needsLookup(items: readonly BundleItem[]): boolean {
  return items.some(
    (item) =>
      item.ifNoneExist !== undefined ||
      (item.method !== 'POST' && item.method !== 'GET' && item.method !== 'HEAD' && item.criteria !== undefined) ||
      (item.resource !== undefined && conditionalReferences(item.resource).size > 0),
  );
}

function criteriaOf(item: BundleItem): string | undefined {
  if (item.method === 'POST') {
    return item.ifNoneExist;
  }
  return item.method === 'PUT' || item.method === 'PATCH' || item.method === 'DELETE' ? item.criteria : undefined;
}

/** Locks of all conditional entries. */
function lockKeys(scope: Scope, items: readonly BundleItem[]): string[] {
  return items.flatMap((item) => {
    const criteria = criteriaOf(item);
    return criteria === undefined || item.type === undefined ? [] : [criteriaKey(scope, item.type, criteria)];
  });
}

/** What the writer of a conditional entry must be permitted, whatever matches; a PUT may turn out to be either of two. */
const NEEDED: Partial<Record<BundleItem['method'], AccessInteraction>> = {
  POST: 'create',
  PATCH: 'update',
  DELETE: 'delete',
};

/** How a conditional entry is looked up. @throws FhirError that names the entry. */
function lookupOf(scope: Scope, item: BundleItem): Lookup | undefined {
  const criteria = criteriaOf(item);
  const type = item.type as string;
  return criteria === undefined
    ? undefined
    : namingEntry(item, () => {
        const needed = NEEDED[item.method];
        if (needed) {
          assertOpen(scope, type, needed);
        }
        return item.method === 'POST' ? lookUp(scope, type, criteria) : findingLookUp(scope, type, criteria);
      });
}

/** What the criteria of the conditional entries match, all looked up together. */
async function matchesOf(
  scope: Scope,
  items: readonly BundleItem[],
): Promise<ReadonlyMap<BundleItem, readonly StoredResource[]>> {
  const asked = items.flatMap((item) => {
    const lookup = lookupOf(scope, item);
    return lookup ? [{ item, lookup }] : [];
  });
  const lookups = (isCreate: boolean): Lookup[] =>
    asked.filter(({ item }) => (item.method === 'POST') === isCreate).map(({ lookup }) => lookup);
  const found = new Map([
    ...(await findAllCreated(scope, lookups(true))),
    ...(await findAllMatches(scope, lookups(false))),
  ]);
  return new Map(asked.map(({ item, lookup }) => [item, found.get(lookup) ?? []]));
}

function identityOf(scope: Scope, item: BundleItem, matches: readonly StoredResource[] | undefined): Identity {
  const type = item.type as string;
  if (matches !== undefined) {
    const creates = item.method === 'POST';
    const match = onlyMatch(matches, type);
    if (match) {
      return { item, type, id: match.id, isNew: false, satisfied: creates, ...(creates && { found: match }) };
    }
    if (item.method === 'DELETE') {
      return { item, type, id: '', isNew: false, satisfied: true };
    }
    if (item.method === 'PATCH') {
      throw notFound();
    }
    const assigned = item.method === 'PUT' ? item.resource?.id : undefined;
    return { item, type, id: assigned ?? scope.generateId(), isNew: assigned === undefined, satisfied: false };
  }
  if (item.method === 'POST') {
    return { item, type, id: scope.generateId(), isNew: true, satisfied: false };
  }
  if (item.id === undefined) {
    throw invalid('entry-url', `${item.method} needs an id or criteria in request.url`);
  }
  return { item, type, id: item.id, isNew: false, satisfied: false };
}

function namingEntry<T>(item: BundleItem, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw atEntry(item.index, error);
  }
}

/** Resolves every writing entry to the resource it acts on. @throws FhirError that names the entry. */
export async function resolveIdentities(scope: Scope, items: readonly BundleItem[]): Promise<Identity[]> {
  await lockCriteria(scope, lockKeys(scope, items));
  const matches = await matchesOf(scope, items);
  const identities = items.map((item) => namingEntry(item, () => identityOf(scope, item, matches.get(item))));
  const once = createdOnce(identities);
  assertDistinct(once);
  return once;
}

/** Of conditional creates under one condition the first creates, and the others find what it created. */
function createdOnce(identities: readonly Identity[]): Identity[] {
  const first = new Map<string, Identity>();
  return identities.map((identity) => {
    const { item, type, satisfied } = identity;
    if (item.method !== 'POST' || item.ifNoneExist === undefined || satisfied) {
      return identity;
    }
    const condition = `${type}?${item.ifNoneExist}`;
    const earlier = first.get(condition);
    if (!earlier) {
      first.set(condition, identity);
      return identity;
    }
    return { ...identity, id: earlier.id, satisfied: true, createdBy: earlier.item.index };
  });
}

function assertDistinct(identities: readonly Identity[]): void {
  const seen = new Map<string, number>();
  for (const { type, id, item, satisfied, isNew } of identities) {
    if (satisfied) {
      continue;
    }
    const byCriteria = isNew && item.method === 'PUT';
    const written = byCriteria ? `${type}?${item.criteria}` : `${type}/${id}`;
    const earlier = seen.get(written);
    if (earlier !== undefined) {
      const what = byCriteria ? `the ${type} of the same criteria` : written;
      throw invalid(
        'transaction-duplicate',
        `Entries ${earlier} and ${item.index} both write ${what}; a transaction writes each resource once`,
        `Bundle.entry[${item.index}]`,
      );
    }
    seen.set(written, item.index);
  }
}

/**
 * What local names stand for: fullUrls of the entries and conditional references in their resources, which are looked up
 * together.
 * @throws FhirError 400 when a conditional reference matches none, 412 when several; it names the entry and the element.
 */
export async function referenceMap(scope: Scope, identities: readonly Identity[]): Promise<Map<string, string>> {
  const map = new Map<string, string>();
  const wanted = new Map<string, WantedReference>();
  for (const { item, type, id } of identities) {
    if (item.fullUrl && id) {
      map.set(item.fullUrl, `${type}/${id}`);
    }
    const holder = item.resource;
    for (const reference of holder ? conditionalReferences(holder) : []) {
      if (holder && !wanted.has(reference)) {
        wanted.set(reference, { reference, holder, naming: (work) => namingEntry(item, work) });
      }
    }
  }
  const matches = await matchReferences(scope, [...wanted.values()]);
  return new Map([...map, ...matches]);
}
