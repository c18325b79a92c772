import { invalid, notFound, type StoredResource } from '../fhir/index.ts';
import { atEntry, type BundleItem } from './bundle-entries.ts';
import { conditionalReferences } from './bundle-references.ts';
import { criteriaKey, findCreated, findMatches, lockCriteria, onlyMatch } from './conditional.ts';
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

async function identityOf(scope: Scope, item: BundleItem): Promise<Identity> {
  const type = item.type as string;
  const criteria = criteriaOf(item);
  if (criteria !== undefined) {
    const creates = item.method === 'POST';
    const matches = await (creates ? findCreated : findMatches)(scope, type, criteria);
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

/** Resolves every writing entry to the resource it acts on. @throws FhirError that names the entry. */
export async function resolveIdentities(scope: Scope, items: readonly BundleItem[]): Promise<Identity[]> {
  await lockCriteria(scope, lockKeys(scope, items));
  const identities: Identity[] = [];
  for (const item of items) {
    try {
      identities.push(await identityOf(scope, item));
    } catch (error) {
      throw atEntry(item.index, error);
    }
  }
  assertDistinct(identities);
  return identities;
}

function assertDistinct(identities: readonly Identity[]): void {
  const seen = new Map<string, number>();
  for (const { type, id, item, satisfied } of identities) {
    if (satisfied) {
      continue;
    }
    const earlier = seen.get(`${type}/${id}`);
    if (earlier !== undefined) {
      throw invalid(
        'transaction-duplicate',
        `Entries ${earlier} and ${item.index} both write ${type}/${id}; a transaction writes each resource once`,
        `Bundle.entry[${item.index}]`,
      );
    }
    seen.set(`${type}/${id}`, item.index);
  }
}

/**
 * What local names stand for: fullUrls of the entries and conditional references in their resources.
 * @throws FhirError that names the entry: 400 when a conditional reference matches none, 412 when it matches several.
 */
export async function referenceMap(scope: Scope, identities: readonly Identity[]): Promise<Map<string, string>> {
  const map = new Map<string, string>();
  for (const { item, type, id } of identities) {
    if (item.fullUrl && id) {
      map.set(item.fullUrl, `${type}/${id}`);
    }
  }
  for (const { item } of identities) {
    for (const reference of item.resource ? conditionalReferences(item.resource) : []) {
      if (!map.has(reference)) {
        map.set(reference, await conditionalTarget(scope, reference, item.index));
      }
    }
  }
  return map;
}

async function conditionalTarget(scope: Scope, reference: string, entry: number): Promise<string> {
  const at = reference.indexOf('?');
  const type = reference.slice(0, at);
  try {
    const match = onlyMatch(await findMatches(scope, type, reference.slice(at + 1)), type);
    if (!match) {
      throw invalid('conditional-reference', `A conditional reference to ${type} matches no resource`);
    }
    return `${type}/${match.id}`;
  } catch (error) {
    throw atEntry(entry, error);
  }
}
