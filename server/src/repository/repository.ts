import { allOk, created, type Operation as PatchOperation, type SearchRequest, type WithId } from '@medplum/core';
import {
  type CreateResourceOptions,
  type DeleteResourceOptions,
  FhirRepository,
  type ReadHistoryOptions,
  type RepositoryMode,
  type TransactionOptions,
  type UpdateResourceOptions,
} from '@medplum/fhir-router';
import type { Bundle, OperationOutcome, Parameters, Reference, Resource } from '@medplum/fhirtypes';
import type { AccessGrant } from '../access/index.ts';
import type { Database, Queryable } from '../database/index.ts';
import {
  FhirError,
  forbidden,
  notFound,
  parseReference,
  type RequestContext,
  type StoredResource,
} from '../fhir/index.ts';
import type { SearchPage, SearchQuery } from '../search/index.ts';
import { readAsOf, searchAsOf } from './as-of.ts';
import type { BundleItem } from './bundle-entries.ts';
import * as conditional from './conditional.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import * as history from './history.ts';
import { patch } from './patch.ts';
import { findRow, findRows, findVersions, isOpen, read } from './read.ts';
import { type RepositoryDependencies, type Scope, withinTransaction } from './scope.ts';
import * as bundles from './transaction.ts';
import { mayAssignId, type UpdateConditions, type UpdateResult, update } from './update.ts';

/** JSON text → resource; the one place where stored text becomes an object. */
export function parseStored<T extends Resource>(stored: StoredResource): WithId<T> {
  return JSON.parse(stored.json) as WithId<T>;
}

/**
 * The records of one tenant as one caller may see and change them. It answers to fhir-router's contract with objects,
 * and to the http room with stored text. No instance exists without an AccessGrant.
 */
export class Repository extends FhirRepository {
  private readonly scope: Scope;

  constructor(database: Database, dependencies: RepositoryDependencies, context: RequestContext, grant: AccessGrant) {
    super();
    const tenantDatabase = database.forTenant(context.tenant);
    this.scope = {
      ...dependencies,
      context,
      grant,
      database: tenantDatabase,
      queryable: tenantDatabase,
      inTransaction: false,
    };
  }

  /** The same repository on another scope (a transaction under way). */
  private on(scope: Scope): Repository {
    const copy = Object.create(Repository.prototype) as Repository;
    Object.assign(copy, { scope });
    return copy;
  }

  /** The same repository, which tells of every version that it gives out. */
  watched(watch: (stored: StoredResource) => void): Repository {
    const outer = this.scope.watch;
    const both = (stored: StoredResource): void => {
      outer?.(stored);
      watch(stored);
    };
    return this.on({ ...this.scope, watch: outer ? both : watch });
  }

  /** Has another room write its own tables on the transaction under way. */
  alongside(work: (queryable: Queryable) => Promise<void>): Promise<void> {
    return withinTransaction(this.scope, ({ queryable }) => work(queryable));
  }

  private shown<T extends StoredResource>(stored: T): T {
    this.scope.watch?.(stored);
    return stored;
  }

  private shownPage(page: history.HistoryPage): history.HistoryPage {
    page.versions.forEach((stored) => void this.shown(stored));
    return page;
  }

  get context(): RequestContext {
    return this.scope.context;
  }

  get grant(): AccessGrant {
    return this.scope.grant;
  }

  /** May this caller choose the ids of what it creates? */
  get mayAssignId(): boolean {
    return mayAssignId(this.scope);
  }

  // Stored text, for the http room

  async readStored(type: string, id: string): Promise<StoredResource> {
    return this.shown(await read(this.scope, type, id));
  }

  /** Current versions of many literal references, in no order; what does not exist or may not be seen is left out. */
  async readStoredAll(references: readonly string[]): Promise<StoredResource[]> {
    const byType = Map.groupBy(
      references.flatMap((reference) => parseReference(reference) ?? []),
      (reference) => reference.type,
    );
    const rows = await Promise.all(
      [...byType].map(async ([type, group]) => {
        const ids = group.map((reference) => reference.id);
        return isOpen(this.scope, type, 'read') ? findRows(this.scope, type, ids, 'read') : [];
      }),
    );
    return rows.flat().filter((row) => !row.deleted && this.shown(row));
  }

  /** Current versions by id, without their content; what does not exist or may not be seen is left out. */
  currentVersions(type: string, ids: readonly string[]): Promise<{ readonly id: string; readonly version: number }[]> {
    return findVersions(this.scope, type, ids);
  }

  /** The resource as it stood at an instant. */
  readStoredAsOf(type: string, id: string, instant: Date): Promise<StoredResource> {
    return readAsOf(this.scope, type, id, instant);
  }

  /** One type as it stood at an instant. */
  searchPageAsOf(query: SearchQuery, instant: Date): Promise<SearchPage> {
    return searchAsOf(this.scope, query, instant);
  }

  /** May this caller see the resource of that version, as things stand now? */
  async canSee(stored: StoredResource): Promise<boolean> {
    return (
      isOpen(this.scope, stored.type, 'read') &&
      (await findRow(this.scope, stored.type, stored.id, 'read')) !== undefined
    );
  }

  async readStoredVersion(type: string, id: string, version: string): Promise<StoredResource> {
    return this.shown(await history.readVersion(this.scope, type, id, version));
  }

  create(type: string, body: unknown, options: { readonly assignedId?: string } = {}): Promise<StoredResource> {
    return create(this.scope, type, body, options);
  }

  update(type: string, id: string, body: unknown, options: UpdateConditions = {}): Promise<UpdateResult> {
    return update(this.scope, type, id, body, options);
  }

  patch(type: string, id: string, body: unknown, options: { readonly ifMatch?: string } = {}): Promise<UpdateResult> {
    return patch(this.scope, type, id, body, options);
  }

  remove(type: string, id: string, options: { readonly ifMatch?: string } = {}): Promise<StoredResource> {
    return remove(this.scope, type, id, options);
  }

  createIfNone(type: string, body: unknown, criteria: string): Promise<UpdateResult> {
    return conditional.conditionalCreate(this.scope, type, body, criteria);
  }

  updateMatch(
    type: string,
    body: unknown,
    criteria: string,
    options: { readonly ifMatch?: string } = {},
  ): Promise<UpdateResult> {
    return conditional.conditionalUpdate(this.scope, type, body, criteria, options);
  }

  patchMatch(
    type: string,
    body: unknown,
    criteria: string,
    options: { readonly ifMatch?: string } = {},
  ): Promise<UpdateResult | undefined> {
    return conditional.conditionalPatch(this.scope, type, body, criteria, options);
  }

  removeMatch(type: string, criteria: string): Promise<StoredResource | undefined> {
    return conditional.conditionalDelete(this.scope, type, criteria);
  }

  async instanceHistory(type: string, id: string, options: history.HistoryOptions): Promise<history.HistoryPage> {
    return this.shownPage(await history.instanceHistory(this.scope, type, id, options));
  }

  async typeHistory(type: string, options: history.HistoryOptions): Promise<history.HistoryPage> {
    return this.shownPage(await history.typeHistory(this.scope, type, options));
  }

  async systemHistory(types: readonly string[], options: history.HistoryOptions): Promise<history.HistoryPage> {
    return this.shownPage(await history.systemHistory(this.scope, types, options));
  }

  /** @throws FhirError 403 when the only type searched is closed to the caller. */
  async searchPage(query: SearchQuery): Promise<SearchPage> {
    const [type, ...others] = query.types;
    if (type !== undefined && others.length === 0 && !isOpen(this.scope, type, 'search')) {
      throw forbidden('interaction-denied', `You may not search ${type}`);
    }
    const page = await this.scope.search.run(this.scope.queryable, this.scope.grant, query);
    page.entries.forEach((entry) => void this.shown(entry.stored));
    return page;
  }

  /** Carries out a transaction Bundle; `read` answers its GET entries with a repository on the same transaction. */
  transaction(
    body: unknown,
    options: {
      readonly baseUrl: string;
      readonly maxEntries: number;
      readonly read: (repository: Repository, item: BundleItem) => Promise<unknown>;
    },
  ): Promise<bundles.EntryResult[]> {
    return bundles.transaction(this.scope, body, {
      ...options,
      read: (scope, item) => options.read(this.on(scope), item),
    });
  }

  // Objects, for fhir-router's contract

  setMode(_mode: RepositoryMode): void {
    // One database serves reads and writes.
  }

  generateId(): string {
    return this.scope.generateId();
  }

  async createResource<T extends Resource>(resource: T, options?: CreateResourceOptions): Promise<WithId<T>> {
    const assignedId = options?.assignedId ? resource.id : undefined;
    return parseStored<T>(await create(this.scope, resource.resourceType, resource, { assignedId }));
  }

  async readResource<T extends Resource>(resourceType: string, id: string): Promise<WithId<T>> {
    return parseStored<T>(this.shown(await read(this.scope, resourceType, id)));
  }

  async readReference<T extends Resource>(reference: Reference<T>): Promise<WithId<T>> {
    const literal = parseReference(reference.reference);
    if (!literal || literal.base !== undefined) {
      throw notFound();
    }
    return parseStored<T>(this.shown(await read(this.scope, literal.type, literal.id)));
  }

  async readReferences<T extends Resource>(references: readonly Reference<T>[]): Promise<(T | Error)[]> {
    return Promise.all(
      references.map((reference) =>
        this.readReference<T>(reference).catch((error: unknown) => {
          if (error instanceof FhirError) {
            return error;
          }
          throw error;
        }),
      ),
    );
  }

  async readHistory<T extends Resource>(
    resourceType: string,
    id: string,
    options?: ReadHistoryOptions,
  ): Promise<Bundle<WithId<T>>> {
    const offset = options?.offset ?? 0;
    const page = await this.instanceHistory(resourceType, id, { count: (options?.limit ?? 100) + offset });
    const versions = page.versions.slice(offset);
    return {
      resourceType: 'Bundle',
      type: 'history',
      entry: versions.map((stored) => ({
        fullUrl: `${stored.type}/${stored.id}`,
        ...(stored.deleted ? {} : { resource: parseStored<T>(stored) }),
      })),
    } as Bundle<WithId<T>>;
  }

  async readVersion<T extends Resource>(resourceType: string, id: string, vid: string): Promise<WithId<T>> {
    return parseStored<T>(this.shown(await history.readVersion(this.scope, resourceType, id, vid)));
  }

  async updateResource<T extends Resource>(resource: T, options?: UpdateResourceOptions): Promise<WithId<T>> {
    const result = await update(this.scope, resource.resourceType, resource.id ?? '', resource, options);
    return parseStored<T>(result.stored);
  }

  async deleteResource(resourceType: string, id: string, options?: DeleteResourceOptions): Promise<void> {
    await remove(this.scope, resourceType, id, options);
  }

  async patchResource<T extends Resource>(
    resourceType: T['resourceType'],
    id: string,
    body: PatchOperation[] | Parameters,
    options?: UpdateResourceOptions,
  ): Promise<WithId<T>> {
    return parseStored<T>((await patch(this.scope, resourceType, id, body, options)).stored);
  }

  async search<T extends Resource>(searchRequest: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const page = await this.searchPage(this.scope.search.fromSearchRequest(searchRequest));
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      ...(page.total !== undefined && { total: page.total }),
      entry: page.entries.map((entry) => ({
        fullUrl: `${entry.stored.type}/${entry.stored.id}`,
        search: { mode: entry.mode },
        resource: parseStored<T>(entry.stored),
      })),
    } as Bundle<WithId<T>>;
  }

  async searchByReference<T extends Resource>(
    searchRequest: SearchRequest<T>,
    referenceField: string,
    references: string[],
  ): Promise<Record<string, WithId<T>[]>> {
    const found = await Promise.all(
      references.map((reference) =>
        this.searchResources<T>({
          ...searchRequest,
          filters: [
            ...(searchRequest.filters ?? []),
            { code: referenceField, operator: 'eq' as never, value: reference },
          ],
        }),
      ),
    );
    return Object.fromEntries(references.map((reference, i) => [reference, found[i] ?? []]));
  }

  withTransaction<TResult>(
    callback: (repository: this) => Promise<TResult>,
    _options?: TransactionOptions,
  ): Promise<TResult> {
    return withinTransaction(this.scope, (scope) => callback(this.on(scope) as this));
  }

  override async conditionalCreate<T extends Resource>(
    resource: T,
    search: SearchRequest<T>,
  ): Promise<{ resource: WithId<T>; outcome: OperationOutcome }> {
    const result = await this.createIfNone(resource.resourceType, resource, criteriaOf(search));
    return { resource: parseStored<T>(result.stored), outcome: result.outcome === 'created' ? created : allOk };
  }

  override async conditionalUpdate<T extends Resource>(
    resource: T,
    search: SearchRequest,
    options?: UpdateResourceOptions,
  ): Promise<{ resource: WithId<T>; outcome: OperationOutcome }> {
    const result = await this.updateMatch(resource.resourceType, resource, criteriaOf(search), options);
    return { resource: parseStored<T>(result.stored), outcome: result.outcome === 'created' ? created : allOk };
  }
}

/** A core SearchRequest's filters as the query string they came from. */
function criteriaOf(search: SearchRequest): string {
  const params = new URLSearchParams();
  for (const filter of search.filters ?? []) {
    const operator = filter.operator as string;
    const isPrefix = /^(?:ne|gt|lt|ge|le|sa|eb|ap)$/.test(operator);
    const suffix = operator === 'eq' || isPrefix ? '' : `:${operator}`;
    params.append(`${filter.code}${suffix}`, isPrefix ? `${operator}${filter.value}` : filter.value);
  }
  return params.toString();
}
