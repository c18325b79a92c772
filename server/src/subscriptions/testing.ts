import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Resource } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';

let nextRid = 1_000_000;

export interface WriteOptions {
  readonly author?: string;
  readonly depth?: number;
}

/** Writes resources the way the repository does, change event included, in one statement. For tests of this room. */
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

/** One message a receiver got. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** An HTTP receiver whose answers a test decides. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Status for the next messages, or a promise of it; 200 unless set. */
  answer: (message: Received) => number | Promise<number>;
  close(): Promise<void>;
}

/** Starts a receiver on a free port of 127.0.0.1. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const receiver = { received, answer: () => 200 } as unknown as Receiver & { url: string };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const message = { headers: request.headers, body: Buffer.concat(chunks).toString(), at: performance.now() };
      received.push(message);
      response.writeHead(await receiver.answer(message)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  receiver.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return receiver;
}

/** Waits until a condition holds. @throws Error after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('The condition did not come to hold within 10 s');
}
