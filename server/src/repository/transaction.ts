import { setImmediate } from 'node:timers/promises';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { gone, invalid, notFound, type StoredResource } from '../fhir/index.ts';
import { assertFullUrls, atEntry, type BundleItem, patchBody, readBundle, readEntry } from './bundle-entries.ts';
import { danglingReferences, type ReferenceMap, resolveReferences } from './bundle-references.ts';
import { commit } from './commit.ts';
import { storedOf } from './create.ts';
import { applyPatchTo } from './patch.ts';
import { assertResourceOf, type PreparedWrite, prepareDelete, prepareWrite } from './prepare.ts';
import { assertOpen, findRows } from './read.ts';
import { type Scope, withinTransaction } from './scope.ts';
import type { StoredRow } from './stored-row.ts';
import { type Identity, needsLookup, referenceMap, resolveIdentities } from './transaction-identities.ts';
import { assertAbsent, assertVersion, beforeOf, mayAssignId, retryOvertaken } from './update.ts';
import type { Change } from './write-statement.ts';

/** How one entry ended. */
export interface EntryResult {
  readonly index: number;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted' | 'read';
  /** The version it left or found; absent when a conditional delete found nothing. */
  readonly stored?: StoredResource;
  /** What a reading entry answered. */
  readonly read?: unknown;
}

/** What a transaction needs besides its scope. */
export interface TransactionOptions {
  readonly baseUrl: string;
  readonly maxEntries: number;
  /** Answers a GET entry, within the transaction and after its writes. */
  readonly read: (scope: Scope, item: BundleItem) => Promise<unknown>;
}

/** Entries prepared between two turns of the event loop. */
const SLICE = 50;

/**
 * Carries out a transaction as a set: resolve every identity, validate and index every resource, then one statement.
 * All or nothing; the error names the entry.
 * @see https://hl7.org/fhir/R4/http.html#transaction
 */
export async function transaction(scope: Scope, body: unknown, options: TransactionOptions): Promise<EntryResult[]> {
  const bundle = readBundle(body, options.maxEntries);
  const items = (bundle.entry ?? []).map((entry, index) => readEntry(entry, index, options.baseUrl));
  return retryOvertaken(undefined, scope, () => {
    const reads = items.some((item) => item.method === 'GET' || item.method === 'HEAD');
    return reads || needsLookup(items)
      ? withinTransaction(scope, (tx) => carryOut(tx, items, options))
      : carryOut(scope, items, options);
  });
}

async function carryOut(
  scope: Scope,
  items: readonly BundleItem[],
  options: TransactionOptions,
): Promise<EntryResult[]> {
  const writes = items.filter((item) => item.method !== 'GET' && item.method !== 'HEAD');
  for (const item of writes) {
    if (item.type === undefined || item.url.includes('$')) {
      throw atEntry(
        item.index,
        invalid('entry-url', 'a transaction entry must name a resource type, and no operation'),
      );
    }
  }
  assertFullUrls(writes);
  const identities = await resolveIdentities(scope, writes);
  const map = await referenceMap(scope, identities);
  const results = await writeAll(scope, identities, map);
  for (const item of items) {
    if (item.method === 'GET' || item.method === 'HEAD') {
      const read = await options.read(scope, item).catch((error: unknown) => {
        throw atEntry(item.index, error);
      });
      results.push({ index: item.index, outcome: 'read', read });
    }
  }
  return results.sort((a, b) => a.index - b.index);
}

async function writeAll(scope: Scope, identities: readonly Identity[], map: ReferenceMap): Promise<EntryResult[]> {
  const rows = await existingRows(scope, identities);
  const rids = await scope.nextRid(identities.length);
  const changes: Change[] = [];
  const results: EntryResult[] = [];
  const whole: Scope = { ...scope, isPart: true };
  for (const [n, identity] of identities.entries()) {
    if (n % SLICE === SLICE - 1) {
      await setImmediate();
    }
    if (identity.createdBy !== undefined) {
      const created = results.find(({ index }) => index === identity.createdBy);
      results.push({ index: identity.item.index, outcome: 'unchanged', stored: created?.stored });
      continue;
    }
    try {
      const row = rows.get(`${identity.type}/${identity.id}`);
      const result = await entryResult(whole, identity, { row, map, rid: rids[n] as number }, changes);
      results.push(result);
    } catch (error) {
      throw atEntry(identity.item.index, error);
    }
  }
  await commit(scope, changes);
  return results;
}

async function existingRows(scope: Scope, identities: readonly Identity[]): Promise<Map<string, StoredRow>> {
  const known = identities.filter((identity) => !identity.isNew && identity.id !== '' && !identity.found);
  const rows = new Map<string, StoredRow>();
  const groups = Map.groupBy(known, ({ item, type }) => `${item.method === 'DELETE' ? 'delete' : 'update'} ${type}`);
  for (const [key, group] of groups) {
    const [interaction, type] = key.split(' ') as ['update' | 'delete', string];
    for (const row of await findRows(
      scope,
      type,
      group.map((identity) => identity.id),
      interaction,
    )) {
      rows.set(`${type}/${row.id}`, row);
    }
  }
  return rows;
}

interface Existing {
  readonly row: StoredRow | undefined;
  readonly map: ReferenceMap;
  readonly rid: number;
}

async function entryResult(
  scope: Scope,
  identity: Identity,
  existing: Existing,
  changes: Change[],
): Promise<EntryResult> {
  const { item } = identity;
  const { row } = existing;
  if (identity.satisfied) {
    return {
      index: item.index,
      outcome: item.method === 'DELETE' ? 'deleted' : 'unchanged',
      stored: identity.found ?? row,
    };
  }
  if (item.method === 'DELETE') {
    return deleted(scope, item, row, changes);
  }
  assertVersion(row, item.ifMatch);
  assertAbsent(row, item.method === 'PUT' ? item.ifNoneMatch : undefined);
  if (!row && !identity.isNew && (item.method === 'PATCH' || !mayAssignId(scope))) {
    throw notFound();
  }
  const prepared = await preparedEntry(scope, identity, existing);
  if (prepared.unchanged && row) {
    return { index: item.index, outcome: 'unchanged', stored: row };
  }
  changes.push(prepared.change);
  const outcome = row && !row.deleted ? 'updated' : 'created';
  return { index: item.index, outcome, stored: storedOf(scope, prepared.change) };
}

async function deleted(
  scope: Scope,
  item: BundleItem,
  row: StoredRow | undefined,
  changes: Change[],
): Promise<EntryResult> {
  if (!row) {
    throw notFound();
  }
  assertVersion(row, item.ifMatch);
  if (row.deleted) {
    return { index: item.index, outcome: 'deleted', stored: row };
  }
  const change = await prepareDelete(scope, beforeOf(row));
  changes.push(change);
  return { index: item.index, outcome: 'deleted', stored: storedOf(scope, change) };
}

async function preparedEntry(scope: Scope, identity: Identity, { row, map, rid }: Existing): Promise<PreparedWrite> {
  const { item, type, id } = identity;
  const before = row && beforeOf(row);
  const dangling = danglingReferences(item.resource, map)[0];
  if (dangling) {
    throw invalid('reference-dangling', 'The reference names no entry of this Bundle', `${type}.${dangling.path}`);
  }
  if (item.method === 'PATCH') {
    if (!before?.resource) {
      throw gone();
    }
    const after = applyPatchTo(scope, before.resource, patchBody(item.resource as Resource));
    return prepareWrite(scope, after, { id, rid: before.row.rid, before });
  }
  const resource = resolveReferences(assertResourceOf(type, item.resource), map);
  if (item.method === 'PUT' && resource.id !== undefined && resource.id !== id) {
    throw invalid('id-mismatch', 'The id in the body must equal the id in request.url', `${type}.id`);
  }
  if (item.method === 'POST') {
    assertOpen(scope, type, 'create');
  }
  return prepareWrite(scope, resource, { id, rid: row?.rid ?? rid, before });
}

/** The answer's Bundle type. */
export function responseType(bundle: Bundle): 'batch-response' | 'transaction-response' {
  return bundle.type === 'transaction' ? 'transaction-response' : 'batch-response';
}
