import type { Resource } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';

let nextRid = 1_000_000;

export interface WriteOptions {
  readonly author?: string;
  readonly depth?: number;
}

/** Writes resources the way the repository does, change event included, in one statement. For tests of events. */
export class TestStore {
  private readonly database: Database;
  private readonly tenant: number;
  private readonly known = new Map<string, { rid: number; version: number }>();

  constructor(database: Database, tenant: number) {
    this.database = database;
    this.tenant = tenant;
  }

  /** Creates or updates; gives the version. */
  put(resource: Resource & { id: string }, options: WriteOptions = {}): Promise<number> {
    return this.write(resource.resourceType, resource.id, resource, options);
  }

  delete(type: string, id: string, options: WriteOptions = {}): Promise<number> {
    return this.write(type, id, undefined, options);
  }

  private async write(
    type: string,
    id: string,
    resource: Resource | undefined,
    options: WriteOptions,
  ): Promise<number> {
    const before = this.known.get(`${type}/${id}`);
    const rid = before?.rid ?? nextRid++;
    const version = (before?.version ?? 0) + 1;
    this.known.set(`${type}/${id}`, { rid, version });
    const interaction = before === undefined ? 'create' : resource === undefined ? 'delete' : 'update';
    const at = new Date();
    const content = resource === undefined ? '' : JSON.stringify(withMeta(resource, version, at));
    const author = options.author ?? 'Practitioner/author';
    await this.database.query({
      text: `WITH old AS (INSERT INTO resource_history SELECT rid, version, tenant, type, id, deleted, last_updated, author, content
          FROM resource WHERE rid = $1),
        put AS (INSERT INTO resource (rid, tenant, type, id, version, deleted, last_updated, author, content)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (rid) DO UPDATE SET version = EXCLUDED.version,
          deleted = EXCLUDED.deleted, last_updated = EXCLUDED.last_updated, author = EXCLUDED.author, content = EXCLUDED.content)
        INSERT INTO outbox (tenant, rid, type, id, version, interaction, author, depth, request_id, at)
        VALUES ($2, $1, $3, $4, $5, $10, $8, $11, 'test', $7)`,
      values: [
        rid,
        this.tenant,
        type,
        id,
        version,
        resource === undefined,
        at,
        author,
        content,
        interaction,
        options.depth ?? 0,
      ],
    });
    return version;
  }
}

function withMeta(resource: Resource, version: number, at: Date): Resource {
  return { ...resource, meta: { ...resource.meta, versionId: String(version), lastUpdated: at.toISOString() } };
}
