import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import type { AccessGrant, AccessRule } from '../access/index.ts';
import { raw, sql, type TenantDatabase } from '../database/index.ts';
import { createTestDatabase } from '../database/testing.ts';
import { type Definitions, loadDefinitions } from '../definitions/index.ts';
import { createIndexer, INDEX_TABLES, type Indexer } from '../indexing/index.ts';
import { createSearch, type Search } from './create-search.ts';
import type { SearchPage } from './search-page.ts';

/** Tenant of the tests' clinic. */
export const TENANT = 2;

/** Everything a search test works with. */
export interface SearchFixture {
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  readonly search: Search;
  readonly db: TenantDatabase;
  /** Writes the resources and their index rows. */
  load(resources: readonly Resource[], tenant?: number): Promise<void>;
  /** Replaces one resource by a changed one. */
  replace(before: Resource, after: Resource): Promise<void>;
  page(url: string, grant?: AccessGrant): Promise<SearchPage>;
  /** Ids of all matches, over all pages. */
  ids(url: string, grant?: AccessGrant): Promise<string[]>;
  close(): Promise<void>;
}

/** A grant that permits everything in the clinic. */
export const everything: AccessGrant = { tenant: TENANT, ruleSets: [], system: false, extendedMode: false };

/** A grant of one policy: rules by resource type, with criteria and hidden fields. */
export function grantOf(rules: Record<string, Partial<AccessRule>[]>): AccessGrant {
  const full = (resourceType: string, rule: Partial<AccessRule>): AccessRule => ({
    resourceType,
    interactions: new Set(['read', 'search', 'vread', 'history']),
    hiddenFields: [],
    readonlyFields: [],
    writeConstraints: [],
    ...rule,
  });
  const rulesFor = (type: string): AccessRule[] => (rules[type] ?? []).map((rule) => full(type, rule));
  return { ...everything, ruleSets: [{ source: 'test', rulesFor }] };
}

let definitions: Definitions | undefined;
/** The definitions, loaded once per test file. */
export function testDefinitions(): Definitions {
  definitions ??= loadDefinitions(join(tmpdir(), 'mindbridge-test-definitions'));
  return definitions;
}

/** A database with nothing in it, and the search over it. */
export async function searchFixture(): Promise<SearchFixture> {
  const base = testDefinitions();
  const indexer = createIndexer(base);
  const search = createSearch({ definitions: base, indexer, baseUrl: 'https://clinic.example/fhir/R4/' });
  const { database, close } = await createTestDatabase();
  const db = database.forTenant(TENANT);
  await database.transaction((tx) =>
    tx.query(
      sql`INSERT INTO tenant (tenant, project_id, name) VALUES (${TENANT}, 'p2', 'Clinic') ON CONFLICT DO NOTHING`,
    ),
  );
  let rid = 1;
  const numbers = new Map<string, number>();
  const page = async (url: string, grant = everything, cursor?: string): Promise<SearchPage> => {
    const [path = '', query = ''] = url.split('?');
    const params = new URLSearchParams(query);
    if (cursor) {
      params.append('_cursor', cursor);
    }
    return search.run(db, grant, search.parse(path || undefined, params));
  };
  return {
    definitions: base,
    indexer,
    search,
    db,
    async load(resources, tenant = TENANT) {
      for (const resource of resources) {
        numbers.set(`${resource.resourceType}/${resource.id}`, rid);
        await write(database.forTenant(tenant), indexer, tenant, rid++, resource);
      }
    },
    async replace(before, after) {
      const number = numbers.get(`${before.resourceType}/${before.id}`) as number;
      const { removed, added } = indexer.difference(indexer.extract(before), indexer.extract(after));
      for (const table of INDEX_TABLES) {
        for (const row of removed[table.name] ?? []) {
          const same = table.columns.map(({ name, type }, i) => sql`${raw(name)} = ${row[i]}::${raw(type)}`);
          await db.query(
            sql`DELETE FROM ${raw(table.name)} WHERE rid = ${number}::int8 AND ${same.reduce((a, b) => sql`${a} AND ${b}`)}`,
          );
        }
      }
      await addRows(db, TENANT, number, added);
      await db.query(sql`UPDATE resource SET content = ${JSON.stringify(after)} WHERE rid = ${number}::int8`);
    },
    page,
    async ids(url, grant) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const { entries, next } = await page(url, grant, cursor);
        found.push(...entries.filter((entry) => entry.mode === 'match').map((entry) => entry.stored.id));
        cursor = next;
      } while (cursor);
      return found;
    },
    close,
  };
}

async function write(
  db: TenantDatabase,
  indexer: Indexer,
  tenant: number,
  rid: number,
  resource: Resource,
): Promise<void> {
  const at = new Date(resource.meta?.lastUpdated ?? Date.UTC(2026, 0, 1) + rid * 1000);
  await db.query(sql`INSERT INTO resource (rid, tenant, type, id, version, last_updated, author, content)
    VALUES (${rid}::int8, ${tenant}::int4, ${resource.resourceType}, ${resource.id}, 1, ${at}, 'x', ${JSON.stringify(resource)})`);
  await addRows(db, tenant, rid, indexer.extract(resource));
}

async function addRows(
  db: TenantDatabase,
  tenant: number,
  rid: number,
  rows: ReturnType<Indexer['extract']>,
): Promise<void> {
  for (const table of INDEX_TABLES) {
    for (const row of rows[table.name] ?? []) {
      const values = table.columns.map((column, i) => sql`${row[i]}::${raw(column.type)}`);
      await db.query(
        sql`INSERT INTO ${raw(table.name)} (tenant, rid, ${raw(table.columns.map((c) => c.name).join(', '))})
          VALUES (${tenant}::int4, ${rid}::int8, ${values.reduce((a, b) => sql`${a}, ${b}`)})`,
      );
    }
  }
}
