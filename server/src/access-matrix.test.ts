/**
 * Every role × every resource type × every interaction, over a whole server with the policies of the base bundles: callers
 * get what the matrix says (written down apart from the policies), through batch, REST, history, GraphQL, `_include`,
 * `_revinclude` and export. What reading one by one shows is held against every other way, record by record.
 * @see security.md S43, S45
 */
import type {
  AccessPolicy,
  Bundle,
  BundleEntry,
  OperationOutcome,
  Parameters,
  Patient,
  Resource,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TYPES, PLATFORM_TYPES } from './access/index.ts';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { matrixPatient, matrixRecords } from './matrix-records-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { hiddenInMatrix, isBoundInMatrix, isInMatrix, MATRIX_ROLES } from './role-matrix-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const INTERACTIONS = ['create', 'read', 'vread', 'history', 'search', 'update', 'delete'] as const;
type Interaction = (typeof INTERACTIONS)[number];

interface Role {
  readonly name: string;
  readonly policy: AccessPolicy;
  readonly token: string;
  readonly password: string;
  readonly profile: string;
}

const WRITES = new Set<Interaction>(['create', 'update', 'delete']);
/** Refusals that come after the role was let through: what is missing is a proof, or what is written does not fit. */
const AFTER_THE_ROLE = new Set(['step-up-required', 'write-constraint', 'write-outside-policy', 'readonly-element']);

let server: TestServer;
let clinic: TestClinic;
let types: string[];
const roles: Role[] = [];
const stored = new Map<string, string>();
/** Role and type of each record that a search by its id gave. */
const seen = new Set<string>();
const isReserved = (type: string): boolean => PLATFORM_TYPES.has(type) || ADMIN_TYPES.has(type);
let checks = 0;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Matrix');
  types = [...server.house.definitions.resourceTypes()].filter(
    (type) => !['Parameters', 'Bundle', 'OperationOutcome'].includes(type),
  );
  const system = server.house.systemRepository(clinic.tenant);
  const { id } = await system.createResource(matrixPatient('Practitioner/panel'));
  stored.set('Patient', id as string);
  const patient = { reference: `Patient/${id}` };
  for (const [resourceType, record] of Object.entries(matrixRecords(patient))) {
    stored.set(resourceType, (await system.createResource({ resourceType, ...record } as Resource)).id as string);
  }
  for (const resourceType of types.filter((one) => !stored.has(one) && !isReserved(one))) {
    const made = await system.createResource({ resourceType } as Resource).catch(() => undefined);
    if (made) {
      stored.set(resourceType, made.id as string);
    }
  }
  const parameter = [
    ...['patient', 'patients'].map((name) => ({ name, valueReference: patient })),
    { name: 'encounter', valueReference: { reference: `Encounter/${stored.get('Encounter')}` } },
    ...['panel', 'team', 'unit'].map((name) => ({ name, valueReference: { reference: 'Practitioner/panel' } })),
    { name: 'thread', valueReference: { reference: 'Communication/thread' } },
    { name: 'source', valueString: 'urn:lab' },
  ];
  for (const policy of BASE_POLICIES.values()) {
    const person = await personOf(server, clinic, policy, { parameter, admin: policy.name === 'admin' });
    const token = await signIn(server, person);
    roles.push({ name: policy.name ?? '', policy, token, password: person.password, profile: person.profile });
  }
}, 120_000);
afterAll(async () => {
  await server.close();
});

async function ask<T>(role: Role, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const response = await fetch(`${server.baseUrl}/fhir/R4/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${role.token}`,
      ...(body !== undefined && { 'content-type': 'application/fhir+json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: (isJson ? JSON.parse(text) : {}) as T };
}

/** Links to the patient. */
const LINKS =
  'Observation:subject Condition:subject Encounter:subject Procedure:subject Appointment:patient Flag:subject Task:patient ' +
  'Communication:subject DiagnosticReport:subject CarePlan:subject CareTeam:subject Goal:subject Claim:patient Invoice:subject ' +
  'RiskAssessment:subject MedicationRequest:subject DocumentReference:subject QuestionnaireResponse:subject RelatedPerson:patient';
/** Hidden elements that are single values. */
const LEAVES: ReadonlySet<string> = new Set(['comment', 'description', 'patientInstruction']);
/** What a repository of the system does not make. */
const NOT_MADE: ReadonlySet<string> = new Set(['SearchParameter.id', 'StructureDefinition.id', 'Subscription.id']);

const NOBODY = 'never-existed';
const REQUESTS: Readonly<Record<Interaction, (type: string) => BundleEntry>> = {
  create: (type) => ({ request: { method: 'POST', url: type }, resource: { resourceType: type } as Resource }),
  read: (type) => ({ request: { method: 'GET', url: `${type}/${NOBODY}` } }),
  vread: (type) => ({ request: { method: 'GET', url: `${type}/${NOBODY}/_history/1` } }),
  history: (type) => ({ request: { method: 'GET', url: `${type}/${NOBODY}/_history` } }),
  search: (type) => ({ request: { method: 'GET', url: `${type}?_count=1` } }),
  update: (type) => ({
    request: { method: 'PUT', url: `${type}/${NOBODY}` },
    resource: { resourceType: type, id: NOBODY } as Resource,
  }),
  delete: (type) => ({ request: { method: 'DELETE', url: `${type}/${NOBODY}` } }),
};

/** Our own code in a refusal. */
const codeOf = (outcome: Partial<OperationOutcome> | undefined): string =>
  outcome?.issue?.[0]?.details?.coding?.[0]?.code ?? '';

/** A mark for a wrong cell, or nothing. */
function verdict(role: Role, type: string, interaction: Interaction, status: number, code: string): string[] {
  checks += 1;
  const isRefused = status === 403 && !(WRITES.has(interaction) && AFTER_THE_ROLE.has(code));
  const isClosed = type === 'AuditEvent' && status === 405;
  // Admins choose ids, and for them an update of what is not there is a create.
  const asked = role.name === 'admin' && interaction === 'update' ? 'create' : interaction;
  const isWrong = isInMatrix(role.name, type, asked) ? isRefused : status !== 403 && !isClosed;
  return isWrong ? [`${role.name} ${interaction} ${type}: ${status} ${code}`] : [];
}

async function inParallel<T>(entries: readonly T[], work: (entry: T) => Promise<string[]>): Promise<string[]> {
  const wrong: string[] = [];
  const queue = [...entries];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      wrong.push(...(await work(next)));
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return wrong;
}

type Shown = Resource & Record<string, unknown>;

const cells = () => roles.flatMap((role) => [...stored].map(([type, id]) => ({ role, type, id })));

/** Elements that the role must not see in what it was given. */
function leaksIn(role: Role, shown: readonly (Resource | undefined)[], way: string): string[] {
  return shown.flatMap((resource) => {
    checks += 1;
    return resource === undefined
      ? []
      : hiddenInMatrix(role.name, resource.resourceType)
          .filter((field) => field in resource)
          .map((field) => `${role.name} sees ${resource.resourceType}.${field} by ${way}`);
  });
}

/** Records of ours that a way gave and a search by id did not. */
function unlikeReading(role: Role, shown: readonly (Resource | undefined)[], way: string): string[] {
  return shown.flatMap((resource) =>
    resource && stored.get(resource.resourceType) === resource.id && !seen.has(`${role.name} ${resource.resourceType}`)
      ? [`${role.name} got ${resource.resourceType} by ${way}`]
      : [],
  );
}

/** Does a role see both the patient and her record of the type? */
const showsTogether = (role: Role, type: string): boolean =>
  seen.has(`${role.name} ${type}`) && seen.has(`${role.name} Patient`);

/** Everything that a role may export, or nothing when it is refused. */
async function exported(role: Role): Promise<Resource[] | undefined> {
  await fetch(`${server.baseUrl}/auth/step-up`, {
    method: 'POST',
    headers: { authorization: `Bearer ${role.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ password: role.password }),
  });
  const get = (url: string) =>
    fetch(url, { headers: { authorization: `Bearer ${role.token}`, prefer: 'respond-async' } });
  const started = await get(`${server.baseUrl}/fhir/R4/$export`);
  const below = (url: string) => `${server.baseUrl}/fhir/R4/${url.split('/fhir/R4/')[1]}`;
  if (started.status !== 202) {
    return undefined;
  }
  const status = below(started.headers.get('content-location') ?? '');
  let manifest: { output: { url: string }[] } = { output: [] };
  const done = async () => {
    const answer = await get(status);
    manifest = answer.status === 200 ? ((await answer.json()) as typeof manifest) : manifest;
    return answer.status;
  };
  await expect.poll(done, { timeout: 30_000, interval: 1100 }).toBe(200);
  const files = await Promise.all(manifest.output.map(async ({ url }) => (await get(below(url))).text()));
  const lines = files.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return lines.map((line) => JSON.parse(line) as Resource);
}

/** A patient with an observation and an encounter; the accounts say whose panel it is. */
async function chartOf(account: string, id?: string): Promise<string[]> {
  const system = server.house.systemRepository(clinic.tenant);
  const meta = { accounts: [{ reference: account }] };
  const patient = id
    ? await system.updateResource({ ...(await system.readResource<Patient>('Patient', id)), meta })
    : await system.createResource<Patient>({ resourceType: 'Patient', meta });
  const subject = { reference: `Patient/${patient.id}` };
  const made = [
    await system.createResource({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject }),
    await system.createResource({ resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject }),
    await system.createResource({ resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject }),
  ];
  return made.map((one) => `${one.resourceType}/${one.id}`);
}

describe('S43: the role matrix', () => {
  it('has a policy for each of its roles, and no other', () => {
    expect(roles.map(({ name }) => name).sort()).toEqual([...MATRIX_ROLES].sort());
  });

  it('holds in batches, for every role, type and interaction', async () => {
    const wrong: string[] = [];
    for (const role of roles) {
      const cells = types.flatMap((type) => INTERACTIONS.map((interaction) => ({ type, interaction })));
      const entry = cells.map(({ type, interaction }) => REQUESTS[interaction](type));
      const answer = await ask<Bundle>(role, 'POST', '', { resourceType: 'Bundle', type: 'batch', entry });
      expect(answer.body.entry).toHaveLength(cells.length);
      cells.forEach(({ type, interaction }, index) => {
        const response = answer.body.entry?.[index]?.response;
        const status = Number.parseInt(response?.status ?? '', 10);
        const code = codeOf(response?.outcome as OperationOutcome | undefined);
        wrong.push(...verdict(role, type, interaction, status, code));
      });
    }
    expect(wrong).toEqual([]);
  }, 180_000);

  it('has a record of each type that a role reads, with each element that a role must not see', async () => {
    const system = server.house.systemRepository(clinic.tenant);
    const missing: string[] = [];
    for (const type of types.filter((one) => !isReserved(one) && one !== 'AuditEvent')) {
      const id = stored.get(type);
      const record = id ? await system.readResource(type as 'Patient', id) : {};
      for (const { name } of roles.filter((role) => isInMatrix(role.name, type, 'read'))) {
        const fields = ['id', ...hiddenInMatrix(name, type)].filter((field) => !(field in record));
        missing.push(...fields.map((field) => `${type}.${field}`));
      }
    }
    expect([...new Set(missing)].filter((path) => !NOT_MADE.has(path))).toEqual([]);
  });

  it('holds for reading what is there, by REST, with every version of it', async () => {
    const wrong = await inParallel(cells(), async ({ role, type, id }) => {
      const read = await ask<Shown>(role, 'GET', `${type}/${id}`);
      const search = await ask<Bundle>(role, 'GET', `${type}?_id=${id}`);
      const shown = [read.status === 200 ? read.body : undefined, search.body.entry?.[0]?.resource];
      if (search.body.entry?.[0]?.resource?.id === id) {
        seen.add(`${role.name} ${type}`);
      }
      const marks = [
        ...verdict(role, type, 'read', read.status, ''),
        ...verdict(role, type, 'search', search.status, ''),
      ];
      if (isInMatrix(role.name, type, 'vread')) {
        const version = await ask<Shown>(role, 'GET', `${type}/${id}/_history/1`);
        shown.push(version.status === 200 ? version.body : undefined);
        marks.push(...verdict(role, type, 'vread', version.status, ''));
      }
      if (isInMatrix(role.name, type, 'history')) {
        for (const path of [`${type}/${id}/_history`, `${type}/_history?_count=50`]) {
          const history = await ask<Bundle>(role, 'GET', path);
          shown.push(...(history.body.entry ?? []).map(({ resource }) => resource));
          marks.push(...verdict(role, type, 'history', history.status, ''));
        }
      }
      return [...marks, ...leaksIn(role, shown, 'REST')];
    });
    expect(wrong).toEqual([]);
    expect(seen.size).toBeGreaterThan(250);
  }, 180_000);

  it('holds for what comes along by _include and _revinclude, with what is hidden of it', async () => {
    const links = LINKS.split(' ').map((link) => link.split(':') as [string, string]);
    const reverse = links.map(([type, code]) => `_revinclude=${type}:${code}`).join('&');
    const all = `Patient?_id=${stored.get('Patient')}&${reverse}`;
    const forward = links.map(([type, code]) => `${type}?_id=${stored.get(type)}&_include=${type}:${code}`);
    const wrong = await inParallel(roles, async (role) => {
      const marks: string[] = [];
      const given = new Set<string | undefined>();
      for (const path of [all, ...forward]) {
        const { body } = await ask<Bundle>(role, 'GET', path);
        const found = (body.entry ?? []).map(({ resource }) => resource);
        marks.push(...leaksIn(role, found, path), ...unlikeReading(role, found, path));
        found.forEach((resource) => void (path === all && given.add(resource?.id)));
      }
      const lacking = links.filter(([type]) => given.has(stored.get(type)) !== showsTogether(role, type));
      return [...marks, ...lacking.map(([type]) => `${role.name} ${type} by _revinclude`)];
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('holds in an export: each record that a search shows, no other, with what is hidden of it', async () => {
    const wrong = await inParallel(roles, async (role) => {
      const records = await exported(role);
      if (role.name === 'admin') {
        return records === undefined ? [] : ['admin exported'];
      }
      const given = new Set((records ?? []).map(({ resourceType, id }) => `${resourceType}/${id}`));
      const differing = [...stored].filter(([type, id]) => {
        checks += 1;
        return given.has(`${type}/${id}`) !== seen.has(`${role.name} ${type}`);
      });
      return [
        ...differing.map(([type, id]) => `${role.name} export ${type}: ${given.has(`${type}/${id}`)}`),
        ...leaksIn(role, records ?? [], 'export'),
      ];
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('lets a patient see his own record and no other, and a case manager his panel', async () => {
    const [own, other] = [
      await chartOf('Practitioner/panel', stored.get('Patient')),
      await chartOf('Practitioner/other'),
    ];
    const isBound = (role: Role, reference: string): boolean =>
      isBoundInMatrix(role.name, reference.split('/')[0] ?? '') &&
      isInMatrix(role.name, reference.split('/')[0] ?? '', 'search');
    const cells = roles.flatMap((role) =>
      [...own, ...other]
        .filter((reference) => isBound(role, reference))
        .map((reference) => ({ role, reference, isOwn: own.includes(reference) })),
    );
    const wrong = await inParallel(cells, async ({ role, reference, isOwn }) => {
      const [type = '', id] = reference.split('/');
      const read = await ask(role, 'GET', reference);
      const search = await ask<Bundle>(role, 'GET', `${type}?_id=${id}&_total=accurate`);
      const vread = await ask(role, 'GET', `${reference}/_history/1`);
      checks += 3;
      const isShown = read.status === 200 || vread.status === 200 || (search.body.total ?? 0) > 0;
      return isShown === isOwn
        ? []
        : [`${role.name} ${reference}: ${read.status} ${vread.status} ${search.body.total}`];
    });
    expect(cells.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  }, 120_000);

  it('holds in GraphQL, element by element', async () => {
    const wrong = await inParallel(cells(), async ({ role, type, id }) => {
      const hidden = hiddenInMatrix(role.name, type).map((field) => (LEAVES.has(field) ? field : `${field} { id }`));
      const query = `{ found: ${type}List(_id: "${id}") { resourceType id ${hidden.join(' ')} } }`;
      const { body } = await ask<{ data?: { found?: Shown[] | null } }>(role, 'POST', '$graphql', { query });
      const found = (body.data?.found ?? []).map((one) =>
        Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)),
      ) as unknown as Shown[];
      checks += 1;
      const isShown = role.name !== 'admin' && seen.has(`${role.name} ${type}`);
      return [
        ...leaksIn(role, found, 'GraphQL'),
        ...(isShown === found.length > 0 ? [] : [`${role.name} ${isShown ? 'lacks' : 'got'} ${type} by GraphQL`]),
      ];
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  it('N16: is what $explain-access says, on 500 cells', async () => {
    const officer = roles.find(({ name }) => name === 'compliance') as Role;
    const all = cells();
    const step = Math.floor(all.length / 500);
    const some = all.filter((_, i) => i % step === 0).slice(0, 500);
    const wrong = await inParallel(some, async ({ role, type, id }) => {
      const interaction = isInMatrix(role.name, type, 'history') ? 'history' : 'read';
      const path = interaction === 'history' ? `${type}/${id}/_history` : `${type}/${id}`;
      const { status } = await ask(role, 'GET', path);
      const asked = `subject=${role.profile}&reference=${type}/${id}&interaction=${interaction}`;
      const told = await ask<Parameters>(officer, 'GET', `$explain-access?${asked}`);
      const verdict = told.body.parameter?.find(({ name }) => name === 'verdict')?.valueCode;
      checks += 1;
      return (verdict === 'permit') === (status === 200) ? [] : [`${role.name} ${path}: ${status} ${verdict}`];
    });
    expect(wrong).toEqual([]);
    expect(some).toHaveLength(500);
  }, 120_000);

  it('is ten thousand checks and more', () => {
    expect(checks).toBeGreaterThan(10_000);
  });
});
