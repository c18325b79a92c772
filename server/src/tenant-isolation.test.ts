/**
 * Two layers keep clinics apart: the condition on the tenant in every statement, and row-level security below it. Probes
 * over a whole server find nothing of another clinic, with both layers and with either one alone; with neither they do,
 * which shows that they can find something.
 * @see security.md S51, S52, S53
 */
import { randomUUID } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';
import { afterAll, describe, expect, it } from 'vitest';
import { furnish, type House, intact, probeAll } from './cross-tenant-testing.ts';
import { type Database, type Queryable, type Sql, SqlFragment } from './database/index.ts';
import { type Handles, handlesOf, probeHandles } from './tenant-handles-testing.ts';
import { startTestServer, type TestServer } from './testing.ts';

/** A condition on the tenant, as the server's statements write it. */
const TENANT_CONDITION = /\b(?:\w+\.)?tenant = (?:ANY\(\$\d+(?:::int4\[\])?\)|\$\d+(?:::int4)?|\w+\.tenant)/g;

interface Layers {
  readonly filter: boolean;
  readonly rowSecurity: boolean;
}

/** The database with a layer taken away: conditions that are always true, or connections that see every tenant. */
function withoutLayers(database: Database, { filter, rowSecurity }: Layers): Database {
  const blunt = (statement: Sql | SqlFragment): Sql => {
    const { name, text, values } = statement instanceof SqlFragment ? statement.toSql() : statement;
    const isRead = /^\s*(?:SELECT|WITH)/i.test(text) && !/\b(?:INSERT|UPDATE|DELETE)\b/i.test(text);
    return filter || !isRead
      ? { text, values, ...(name && { name }) }
      : { text: text.replace(TENANT_CONDITION, '($& OR true)'), values, ...(name && { name: `blunt-${name}` }) };
  };
  const bluntly = (queryable: Queryable): Queryable => ({ query: (statement) => queryable.query(blunt(statement)) });
  return {
    ...database,
    query: (statement) => database.query(statement),
    transaction: (work) => database.transaction(work),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    close: () => database.close(),
    forTenant(tenant) {
      const scope = rowSecurity ? database.forTenant(tenant) : database;
      return {
        tenant,
        query: (statement) => scope.query(blunt(statement)),
        within: () => bluntly(scope),
        transaction: (work) => scope.transaction((tx) => work(bluntly(tx))),
      };
    },
  };
}

const servers: TestServer[] = [];
afterAll(async () => {
  for (const server of servers) {
    await server.close();
  }
});

async function houses(layers: Layers, count: number): Promise<{ server: TestServer; all: House[] }> {
  const server = await startTestServer({}, (database) => withoutLayers(database, layers));
  servers.push(server);
  const all: House[] = [];
  for (let index = 0; index < count; index++) {
    all.push(await furnish(server, `Clinic ${index}`));
  }
  return { server, all };
}

describe('S51: tenants', () => {
  it('are closed to each other over 10,000 probes, and nothing of them is changed', async () => {
    const { server, all } = await houses({ filter: true, rowSecurity: true }, 4);
    const { sent, leaks } = await probeAll(all);
    expect(leaks).toEqual([]);
    expect(sent).toBeGreaterThan(10_000);
    for (const house of all) {
      expect(await intact(server, house)).toBe(house.planted.length);
    }
  }, 240_000);

  it('are closed to each other by what they make: jobs, links, pages, sockets, bots, lists, groups, launches', async () => {
    const { all } = await houses({ filter: true, rowSecurity: true }, 2);
    const handles = new Map<House, Handles>();
    for (const house of all) {
      handles.set(house, await handlesOf(servers.at(-1) as TestServer, house));
    }
    const { leaks, dead } = await probeHandles(all, handles);
    expect(dead).toEqual([]);
    expect(leaks).toEqual([]);
    const [one, two] = all.map((house) => handles.get(house)) as [Handles, Handles];
    expect(one.socketToken).not.toBe('');
    expect(two.page).not.toBe('');
  }, 60_000);

  it('S53: use the same ids, and do not meet', async () => {
    const server = servers[0] as TestServer;
    const [one, two] = [await server.clinic('Same one'), await server.clinic('Same two')];
    const id = randomUUID();
    for (const [clinic, family] of [[one, 'One'] as const, [two, 'Two'] as const]) {
      await server.house
        .systemRepository(clinic.tenant)
        .createResource({ resourceType: 'Patient', id, name: [{ family }] }, { assignedId: true });
    }
    expect((await one.request<Resource>('GET', `Patient/${id}`)).body).toMatchObject({ name: [{ family: 'One' }] });
    expect((await two.request<Resource>('GET', `Patient/${id}`)).body).toMatchObject({ name: [{ family: 'Two' }] });
  });
});

describe('S52: one layer alone', () => {
  it('row-level security shows nothing with the application’s conditions switched off', async () => {
    const { all } = await houses({ filter: false, rowSecurity: true }, 2);
    expect((await probeAll(all)).leaks).toEqual([]);
  }, 120_000);

  it('the application’s conditions show nothing with row-level security switched off', async () => {
    const { all } = await houses({ filter: true, rowSecurity: false }, 2);
    expect((await probeAll(all)).leaks).toEqual([]);
  }, 120_000);

  it('and with neither the probes find plenty', async () => {
    const { all } = await houses({ filter: false, rowSecurity: false }, 2);
    expect((await probeAll(all)).leaks.length).toBeGreaterThan(100);
  }, 120_000);
});
