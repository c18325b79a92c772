/**
 * Two layers keep clinics apart: the condition on the tenant in every statement, and row-level security below it. Probes
 * over a whole server find nothing of another clinic, with both layers and with either one alone; with neither they do,
 * which shows that they can find something.
 * @see security.md S51, S52, S53
 */
import { randomUUID } from 'node:crypto';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { afterAll, describe, expect, it } from 'vitest';
import { type Database, type Queryable, type Sql, SqlFragment } from './database/index.ts';
import { startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';

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
        transaction: (work) => scope.transaction((tx) => work(bluntly(tx))),
      };
    },
  };
}

interface Planted {
  readonly type: string;
  readonly id: string;
  readonly identifier: string;
}

interface House {
  readonly clinic: TestClinic;
  readonly mark: string;
  readonly patient: string;
  readonly planted: readonly Planted[];
}

const CODE = { text: 'x' };

/** Resources of many types around one patient, each with the clinic's mark. */
async function furnish(server: TestServer, name: string): Promise<House> {
  const clinic = await server.clinic(name);
  const mark = `mark-${randomUUID()}`;
  const system = server.house.systemRepository(clinic.tenant);
  const common = () => ({
    meta: { tag: [{ system: 'urn:mark', code: mark }] },
    identifier: [{ system: 'urn:mark', value: `${mark}-${randomUUID()}` }],
  });
  const patient = await system.createResource({ resourceType: 'Patient', ...common(), name: [{ family: mark }] });
  const subject = { reference: `Patient/${patient.id}` };
  const rest: object[] = [
    { resourceType: 'Observation', status: 'final', code: CODE, subject },
    { resourceType: 'Condition', code: CODE, subject },
    { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject },
    { resourceType: 'Procedure', status: 'completed', subject },
    { resourceType: 'Flag', status: 'active', code: CODE, subject },
    { resourceType: 'Task', status: 'requested', intent: 'order', for: subject },
    { resourceType: 'Communication', status: 'completed', subject },
    { resourceType: 'DiagnosticReport', status: 'final', code: CODE, subject },
    { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject },
    { resourceType: 'CareTeam', subject },
    { resourceType: 'Goal', lifecycleStatus: 'active', description: CODE, subject },
    { resourceType: 'RiskAssessment', status: 'final', subject },
    { resourceType: 'DocumentReference', status: 'current', subject, content: [{ attachment: { title: mark } }] },
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: CODE, subject },
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject },
    { resourceType: 'EpisodeOfCare', status: 'active', patient: subject },
    { resourceType: 'Practitioner', name: [{ family: mark }] },
    { resourceType: 'Organization', name: mark },
    { resourceType: 'Location', name: mark },
    { resourceType: 'Device' },
  ];
  const made: Resource[] = [patient];
  for (const resource of rest) {
    made.push(await system.createResource({ ...resource, ...common() } as Resource));
  }
  const planted = made.map((one) => ({
    type: one.resourceType,
    id: one.id as string,
    identifier: (one as { identifier: { value: string }[] }).identifier[0]?.value ?? '',
  }));
  return { clinic, mark, patient: patient.id, planted };
}

type Probe = (attacker: House, victim: House, target: Planted) => Promise<TestAnswer<unknown>>;
const ask = (attacker: House, method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  attacker.clinic.request<unknown>(method, path, body, headers);
const graphql = (attacker: House, query: string) => ask(attacker, 'POST', '$graphql', { query });
const batch = (attacker: House, type: string, url: string) =>
  ask(attacker, 'POST', '', { resourceType: 'Bundle', type, entry: [{ request: { method: 'GET', url } }] });

/** Ways to ask for a resource of another clinic that one knows the id, identifier and mark of. */
const PROBES: Readonly<Record<string, Probe>> = {
  read: (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}`),
  'read by another host': (a, _v, { type, id }) =>
    ask(a, 'GET', `${type}/${id}`, undefined, { 'x-forwarded-host': 'other.example', 'x-forwarded-for': '127.0.0.1' }),
  vread: (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}/_history/1`),
  history: (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}/_history`),
  'history of the type': (a, _v, { type }) => ask(a, 'GET', `${type}/_history`),
  'search _id': (a, _v, { type, id }) => ask(a, 'GET', `${type}?_id=${id}&_total=accurate`),
  'search _tag': (a, { mark }, { type }) => ask(a, 'GET', `${type}?_tag=urn:mark|${mark}&_total=accurate`),
  'search _lastUpdated': (a, _v, { type }) => ask(a, 'GET', `${type}?_lastUpdated=gt2020-01-01&_count=100`),
  'search _sort': (a, _v, { type }) => ask(a, 'GET', `${type}?_sort=-_lastUpdated&_count=100`),
  'search identifier': (a, _v, { type, identifier }) => ask(a, 'GET', `${type}?identifier=urn:mark|${identifier}`),
  'search :not': (a, _v, { type }) => ask(a, 'GET', `${type}?_tag:not=urn:none|x&_count=100`),
  'search :missing': (a, _v, { type }) => ask(a, 'GET', `${type}?identifier:missing=false&_count=100&_total=accurate`),
  'search count': (a, { mark }, { type }) => ask(a, 'GET', `${type}?_tag=urn:mark|${mark}&_summary=count`),
  'search over types': (a, { mark }, { type }) => ask(a, 'GET', `?_type=${type}&_tag=urn:mark|${mark}`),
  _search: (a, _v, { type, id }) =>
    ask(a, 'POST', `${type}/_search`, `_id=${id}`, { 'content-type': 'application/x-www-form-urlencoded' }),
  'next page': (a, _v, { type }) => ask(a, 'GET', `${type}?_count=1&_offset=1&_sort=_lastUpdated`),
  _has: (a, { mark }, { id }) => ask(a, 'GET', `Patient?_has:Observation:subject:_tag=urn:mark|${mark}&_id=${id}`),
  chain: (a, { mark }) => ask(a, 'GET', `Observation?subject:Patient.name=${mark}`),
  'chain by identifier': (a, { planted }) =>
    ask(a, 'GET', `Observation?subject:Patient.identifier=urn:mark|${planted[0]?.identifier}`),
  'subject by reference': (a, { patient }) => ask(a, 'GET', `Observation?subject=Patient/${patient}`),
  compartment: (a, { patient }, { type }) => ask(a, 'GET', `${type}?_compartment=Patient/${patient}`),
  _revinclude: (a, { patient }) => ask(a, 'GET', `Patient?_id=${patient}&_revinclude=Observation:subject`),
  $everything: (a, { patient }) => ask(a, 'GET', `Patient/${patient}/$everything`),
  'GraphQL by id': (a, _v, { type, id }) => graphql(a, `{ ${type}(id: "${id}") { id meta { tag { code } } } }`),
  'GraphQL list': (a, { mark }, { type }) => graphql(a, `{ ${type}List(_tag: "urn:mark|${mark}") { id } }`),
  batch: (a, _v, { type, id }) => batch(a, 'batch', `${type}/${id}`),
  'batch search': (a, { mark }, { type }) => batch(a, 'batch', `${type}?_tag=urn:mark|${mark}`),
  'If-None-Exist': (a, _v, { identifier }) =>
    ask(
      a,
      'POST',
      'Basic',
      { resourceType: 'Basic', code: CODE },
      { 'if-none-exist': `identifier=urn:mark|${identifier}` },
    ),
  patch: (a, _v, { type, id }) =>
    ask(a, 'PATCH', `${type}/${id}`, JSON.stringify([{ op: 'add', path: '/language', value: 'en' }]), {
      'content-type': 'application/json-patch+json',
    }),
  delete: (a, _v, { type, id }) => ask(a, 'DELETE', `${type}/${id}`),
  'conditional delete': (a, _v, { type, identifier }) => ask(a, 'DELETE', `${type}?identifier=urn:mark|${identifier}`),
  validate: (a, _v, { type, id }) => ask(a, 'POST', `${type}/${id}/$validate`, { resourceType: type }),
};

/** Does the answer show anything of the victim: its mark, an id that was not asked for, or a number of what it has? */
function isLeak({ text, body }: TestAnswer<unknown>, victim: House, target: Planted): boolean {
  const bundle = body as Bundle | undefined;
  const found = bundle?.resourceType === 'Bundle' && bundle.type === 'searchset' ? (bundle.entry ?? []) : [];
  const shown = JSON.stringify(found.map(({ resource }) => resource ?? {}));
  const isOthersId = victim.planted.some(({ id }) => id !== target.id && id !== victim.patient && text.includes(id));
  const countsHidden =
    bundle?.type === 'searchset' &&
    (bundle.total ?? 0) > 0 &&
    bundle.link?.some(({ url }) => url.includes(victim.mark));
  return text.includes(`"code":"${victim.mark}"`) || shown.includes(victim.mark) || isOthersId || countsHidden === true;
}

/** Sends every probe from each house at each other one. Gives the number sent, and those that found something. */
async function probeAll(houses: readonly House[]): Promise<{ sent: number; leaks: string[] }> {
  const queue = houses.flatMap((attacker) =>
    houses
      .filter((victim) => victim !== attacker)
      .flatMap((victim) =>
        victim.planted.flatMap((target) =>
          Object.entries(PROBES).map(([name, probe]) => ({ attacker, victim, target, name, probe })),
        ),
      ),
  );
  const leaks: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let entry = queue[next++]; entry !== undefined; entry = queue[next++]) {
      const answer = await entry.probe(entry.attacker, entry.victim, entry.target);
      if (isLeak(answer, entry.victim, entry.target)) {
        leaks.push(`${entry.name} ${entry.target.type}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return { sent: queue.length, leaks };
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

/** What a house still has of what was planted. */
async function intact(server: TestServer, { clinic, planted }: House): Promise<number> {
  const system = server.house.systemRepository(clinic.tenant);
  const found = await Promise.all(
    planted.map(({ type, id }) =>
      system.readResource(type as 'Patient', id).then(
        ({ meta }) => meta?.versionId === '1',
        () => false,
      ),
    ),
  );
  return found.filter(Boolean).length;
}

describe('S51: tenants', () => {
  it('are closed to each other over 10,000 probes, and nothing of them is changed', async () => {
    const { server, all } = await houses({ filter: true, rowSecurity: true }, 5);
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
