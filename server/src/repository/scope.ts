import type { Resource } from '@medplum/fhirtypes';
import type { AccessGrant } from '../access/index.ts';
import type { Queryable, TenantDatabase } from '../database/index.ts';
import type { Issue, RequestContext, StoredResource } from '../fhir/index.ts';
import type { Indexer } from '../indexing/index.ts';
import type { Search } from '../search/index.ts';
import type { RecentRows } from './recent-rows.ts';

/** A rule that another room lays on writes: may refuse (throw) or complete the resource (such as a generated secret). */
export type WriteGuard = (change: {
  readonly context: RequestContext;
  readonly grant: AccessGrant;
  readonly before?: Resource;
  readonly after: Resource;
  /** Is it part of a transaction, which stands or falls as one? */
  readonly isPart: boolean;
}) => Resource | Promise<Resource>;

/** A rule that another room lays on deletions: may refuse (throw). */
export type DeletionGuard = (deletion: {
  readonly context: RequestContext;
  readonly grant: AccessGrant;
  readonly before: Resource;
  readonly isPart: boolean;
}) => void | Promise<void>;

/** What the server itself writes beside what a caller writes, in the same transaction. */
export interface Companions {
  readonly resources: readonly Resource[];
  /** More that stands or falls with the write. */
  readonly append: (queryable: Queryable) => Promise<void>;
}

/** Says what belongs beside versions that are about to be written; undefined for nearly all. */
export type CompanionsOf = (write: {
  readonly context: RequestContext;
  readonly grant: AccessGrant;
  readonly written: readonly Resource[];
}) => Promise<Companions | undefined>;

/** What every repository of the process shares; made once in main.ts. */
export interface RepositoryDependencies {
  readonly indexer: Indexer;
  readonly search: Search;
  /** All problems of a resource; one of severity error refuses the write. */
  readonly validate: (resource: unknown) => readonly Issue[];
  /** Problems with the profiles that a resource claims or its tenant demands. */
  readonly validateProfiles: (tenant: number, resource: Resource) => Promise<readonly Issue[]>;
  /** Called before a FHIRPath Patch is applied to a resource of the type. */
  readonly loadFhirPathType: (type: string) => void;
  /** Makes narrative safe; gives the same object back when there was nothing to do. */
  readonly sanitize: (resource: Resource) => Resource;
  /** The text to store in a row for a resource, whose JSON text is given; at once where nothing in it is sealed. @throws FhirError 503 */
  readonly seal: (tenant: number, resource: Resource, json: string, rid: number) => string | Promise<string>;
  readonly recent: RecentRows;
  readonly nextRid: (count: number) => Promise<number[]>;
  readonly clock: () => Date;
  readonly generateId: () => string;
  /** Called once a write is committed, to wake the dispatcher. */
  readonly committed: (tenant: number) => void;
  readonly guards: readonly WriteGuard[];
  readonly deletionGuards?: readonly DeletionGuard[];
  /** With the grant under which companions are written. */
  readonly companions?: { readonly of: CompanionsOf; readonly grant: (tenant: number) => AccessGrant };
}

/** Everything one interaction works with: who asks, what they may do, and the connection to do it on. */
export interface Scope extends RepositoryDependencies {
  readonly context: RequestContext;
  readonly grant: AccessGrant;
  readonly database: TenantDatabase;
  /** The transaction under way, or the database itself. */
  readonly queryable: Queryable;
  readonly inTransaction: boolean;
  /** Is the write part of a Bundle that stands or falls as one? */
  readonly isPart?: boolean;
  /** Told of every version that leaves this repository by a read or a search, for the audit of operations. */
  readonly watch?: (stored: StoredResource) => void;
}

/** Runs work on one transaction: the one under way, or a new one. The dispatcher is woken after the commit. */
export async function withinTransaction<T>(scope: Scope, work: (scope: Scope) => Promise<T>): Promise<T> {
  if (scope.inTransaction) {
    return work(scope);
  }
  const result = await scope.database.transaction((tx) => work({ ...scope, queryable: tx, inTransaction: true }));
  scope.committed(scope.context.tenant);
  return result;
}
