/**
 * Two layers keep clinics apart: the condition on the tenant in every statement, and row-level security below it. Probes
 * over a whole server find nothing of another clinic, with both layers and with either one alone; with neither they do,
 * which shows that they can find something.
 * @see security.md S51, S52, S53
 */
import { randomUUID } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';
import { afterAll, describe, expect, it } from 'vitest';
import { furnish, type House, intact, PROBES, probeAll } from './cross-tenant-testing.ts';
import { type Database, type Queryable, type Sql, SqlFragment } from './database/index.ts';
import { HANDLE_PROBES, type Handles, handlesOf, probeHandles } from './tenant-handles-testing.ts';
import { askTwins, exchangeHandles, TWIN_WAYS, twinsOf } from './tenant-twins-testing.ts';
import { startTestServer, type TestServer } from './testing.ts';

/** A condition on the tenant, as the server's statements write it. */
const TENANT_CONDITION =
  /(?:\b(?:\w+\.)?tenant|\(\w+\.tenant \+ 0\)) (?:= (?:ANY\(\$\d+(?:::int4\[\])?\)|\$\d+(?:::int4)?|\w+\.tenant)|IN \(\$1, 1\))/g;

interface Layers {
  readonly filter: boolean;
  readonly rowSecurity: boolean;
}

/** The database with a layer taken away: conditions that are always true, or connections that see every tenant. */
function withoutLayers(database: Database, { filter, rowSecurity }: Layers): Database {
  const blunt = (statement: Sql | SqlFragment): Sql => {
    const { name, text, values } = statement instanceof SqlFragment ? statement.toSql() : statement;
    return filter || /\bINSERT\b/i.test(text)
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

const SOME_TYPES: ReadonlySet<string> = new Set(['Patient', 'Observation', 'Task', 'Organization']);

/**
 * The ways between two clinics that found something of the other, and those that did not find even what is one's own: for
 * records one knows the ids of, for what a clinic makes, and for records of the same ids in both.
 */
async function tried(layers: Layers): Promise<{ leaks: string[]; dead: string[]; changed: number }> {
  const { server, all } = await houses(layers, 2);
  const handles = new Map<House, Handles>();
  for (const house of all) {
    handles.set(house, await handlesOf(server, house));
  }
  const made = await probeHandles(all, handles);
  const known = await probeAll(all, SOME_TYPES);
  const left = await Promise.all(all.map((house) => intact(server, house)));
  const twins = await twinsOf(server, all);
  const [asked, exchanged] = [await askTwins(twins), await exchangeHandles(twins)];
  return {
    leaks: [...made.leaks, ...known.leaks, ...asked.leaks, ...exchanged.leaks],
    dead: [...made.dead, ...asked.dead, ...exchanged.dead],
    changed: all.reduce((sum, { planted }, index) => sum + planted.length - (left[index] ?? 0), 0),
  };
}

/**
 * Ways that show nothing even with both layers away: jobs are their owner's, with the rights that they began with; a link is
 * its holder's; no path has a tenant in it, and what is only written or validated is not looked up.
 */
const HELD_OTHERWISE: readonly string[] = [
  ...['file of an export', 'reference in the body', 'signed link with own credentials', 'status of a job'],
  ...['tenant in the path', 'validate'],
];

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
  it.each([
    { name: 'both layers', filter: true, rowSecurity: true },
    { name: 'row-level security, with the application’s conditions switched off', filter: false, rowSecurity: true },
    { name: 'the application’s conditions, with row-level security switched off', filter: true, rowSecurity: false },
  ])(
    'nothing passes $name',
    async ({ filter, rowSecurity }) => {
      expect(await tried({ filter, rowSecurity })).toEqual({ leaks: [], dead: [], changed: 0 });
    },
    120_000,
  );

  it('and with neither every way finds something, but those that a third layer holds', async () => {
    const { leaks, dead } = await tried({ filter: false, rowSecurity: false });
    const found = new Set([...leaks, ...dead].map((one) => one.split(': ')[0]));
    const ways = new Set([...Object.keys(PROBES), ...Object.keys(HANDLE_PROBES), ...TWIN_WAYS]);
    expect([...ways].filter((name) => !found.has(name)).sort()).toEqual([...HELD_OTHERWISE].sort());
  }, 120_000);
});
