/**
 * Every role × every resource type × every interaction, over a whole server with the policies of the base bundles: callers
 * get what the matrix says (written down apart from the policies), through batch, REST, history, GraphQL, `_include`,
 * `_revinclude` and export. What reading one by one shows is held against every other way, record by record.
 * @see security.md S43, S45
 */
import type { Bundle, BundleEntry, OperationOutcome, Parameters, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  INTERACTIONS,
  type Interaction,
  inParallel,
  isReserved,
  MatrixClinic,
  type Role,
  type Shown,
} from './access-matrix-testing.ts';
import { hiddenInMatrix, isBoundInMatrix, isInMatrix, MATRIX_ROLES } from './role-matrix-testing.ts';

let matrix: MatrixClinic;

beforeAll(async () => {
  matrix = await MatrixClinic.start();
}, 120_000);
afterAll(async () => {
  await matrix.server.close();
});

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

describe('S43: the role matrix', () => {
  it('has a policy for each of its roles, and no other', () => {
    expect(matrix.roles.map(({ name }) => name).sort()).toEqual([...MATRIX_ROLES].sort());
  });

  it('holds in batches, for every role, type and interaction', async () => {
    const wrong: string[] = [];
    for (const role of matrix.roles) {
      const cells = matrix.types.flatMap((type) => INTERACTIONS.map((interaction) => ({ type, interaction })));
      const entry = cells.map(({ type, interaction }) => REQUESTS[interaction](type));
      const answer = await matrix.ask<Bundle>(role, 'POST', '', { resourceType: 'Bundle', type: 'batch', entry });
      expect(answer.body.entry).toHaveLength(cells.length);
      cells.forEach(({ type, interaction }, index) => {
        const response = answer.body.entry?.[index]?.response;
        const status = Number.parseInt(response?.status ?? '', 10);
        const code = codeOf(response?.outcome as OperationOutcome | undefined);
        wrong.push(...matrix.verdict(role, type, interaction, status, code));
      });
    }
    expect(wrong).toEqual([]);
  }, 180_000);

  it('has a record of each type that a role reads, with each element that a role must not see', async () => {
    const system = matrix.server.house.systemRepository(matrix.clinic.tenant);
    const missing: string[] = [];
    for (const type of matrix.types.filter((one) => !isReserved(one) && one !== 'AuditEvent')) {
      const id = matrix.stored.get(type);
      const record = id ? await system.readResource(type as 'Patient', id) : {};
      for (const { name } of matrix.roles.filter((role) => isInMatrix(role.name, type, 'read'))) {
        const fields = ['id', ...hiddenInMatrix(name, type)].filter((field) => !(field in record));
        missing.push(...fields.map((field) => `${type}.${field}`));
      }
    }
    expect([...new Set(missing)].filter((path) => !NOT_MADE.has(path))).toEqual([]);
  });

  it('holds for reading what is there, by REST, with every version of it', async () => {
    const wrong = await inParallel(matrix.cells(), async ({ role, type, id }) => {
      const read = await matrix.ask<Shown>(role, 'GET', `${type}/${id}`);
      const search = await matrix.ask<Bundle>(role, 'GET', `${type}?_id=${id}`);
      const shown = [read.status === 200 ? read.body : undefined, search.body.entry?.[0]?.resource];
      if (search.body.entry?.[0]?.resource?.id === id) {
        matrix.seen.add(`${role.name} ${type}`);
      }
      const marks = [
        ...matrix.verdict(role, type, 'read', read.status, ''),
        ...matrix.verdict(role, type, 'search', search.status, ''),
      ];
      if (isInMatrix(role.name, type, 'vread')) {
        const version = await matrix.ask<Shown>(role, 'GET', `${type}/${id}/_history/1`);
        shown.push(version.status === 200 ? version.body : undefined);
        marks.push(...matrix.verdict(role, type, 'vread', version.status, ''));
      }
      if (isInMatrix(role.name, type, 'history')) {
        for (const path of [`${type}/${id}/_history`, `${type}/_history?_count=50`]) {
          const history = await matrix.ask<Bundle>(role, 'GET', path);
          shown.push(...(history.body.entry ?? []).map(({ resource }) => resource));
          marks.push(...matrix.verdict(role, type, 'history', history.status, ''));
        }
      }
      return [...marks, ...matrix.leaksIn(role, shown, 'REST')];
    });
    expect(wrong).toEqual([]);
    expect(matrix.seen.size).toBeGreaterThan(250);
  }, 180_000);

  it('holds for what comes along by _include and _revinclude, with what is hidden of it', async () => {
    const links = LINKS.split(' ').map((link) => link.split(':') as [string, string]);
    const reverse = links.map(([type, code]) => `_revinclude=${type}:${code}`).join('&');
    const all = `Patient?_id=${matrix.stored.get('Patient')}&${reverse}`;
    const forward = links.map(([type, code]) => `${type}?_id=${matrix.stored.get(type)}&_include=${type}:${code}`);
    const wrong = await inParallel(matrix.roles, async (role) => {
      const marks: string[] = [];
      const given = new Set<string | undefined>();
      for (const path of [all, ...forward]) {
        const { body } = await matrix.ask<Bundle>(role, 'GET', path);
        const found = (body.entry ?? []).map(({ resource }) => resource);
        marks.push(...matrix.leaksIn(role, found, path), ...matrix.unlikeReading(role, found, path));
        found.forEach((resource) => void (path === all && given.add(resource?.id)));
      }
      const lacking = links.filter(
        ([type]) => given.has(matrix.stored.get(type)) !== (matrix.sees(role, type) && matrix.sees(role, 'Patient')),
      );
      return [...marks, ...lacking.map(([type]) => `${role.name} ${type} by _revinclude`)];
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('holds in an export: each record that a search shows, no other, with what is hidden of it', async () => {
    const wrong = await inParallel(matrix.roles, async (role) => {
      const records = await matrix.exported(role);
      if (role.name === 'admin') {
        return records === undefined ? [] : ['admin exported'];
      }
      const given = new Set((records ?? []).map(({ resourceType, id }) => `${resourceType}/${id}`));
      const differing = [...matrix.stored].filter(([type, id]) => {
        matrix.checks += 1;
        return given.has(`${type}/${id}`) !== matrix.sees(role, type);
      });
      return [
        ...differing.map(([type, id]) => `${role.name} export ${type}: ${given.has(`${type}/${id}`)}`),
        ...matrix.leaksIn(role, records ?? [], 'export'),
      ];
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('lets a patient see his own record and no other, and a case manager his panel', async () => {
    const [own, other] = [
      await matrix.chartOf('Practitioner/panel', matrix.stored.get('Patient')),
      await matrix.chartOf('Practitioner/other'),
    ];
    const isBound = (role: Role, reference: string): boolean =>
      isBoundInMatrix(role.name, reference.split('/')[0] ?? '') &&
      isInMatrix(role.name, reference.split('/')[0] ?? '', 'search');
    const cells = matrix.roles.flatMap((role) =>
      [...own, ...other]
        .filter((reference) => isBound(role, reference))
        .map((reference) => ({ role, reference, isOwn: own.includes(reference) })),
    );
    const wrong = await inParallel(cells, async ({ role, reference, isOwn }) => {
      const [type = '', id] = reference.split('/');
      const read = await matrix.ask(role, 'GET', reference);
      const search = await matrix.ask<Bundle>(role, 'GET', `${type}?_id=${id}&_total=accurate`);
      const vread = await matrix.ask(role, 'GET', `${reference}/_history/1`);
      matrix.checks += 3;
      const isShown = read.status === 200 || vread.status === 200 || (search.body.total ?? 0) > 0;
      return isShown === isOwn
        ? []
        : [`${role.name} ${reference}: ${read.status} ${vread.status} ${search.body.total}`];
    });
    expect(cells.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  }, 120_000);

  it('holds in GraphQL, element by element', async () => {
    const wrong = await inParallel(matrix.cells(), async ({ role, type, id }) => {
      const hidden = hiddenInMatrix(role.name, type).map((field) => (LEAVES.has(field) ? field : `${field} { id }`));
      const query = `{ found: ${type}List(_id: "${id}") { resourceType id ${hidden.join(' ')} } }`;
      const { body } = await matrix.ask<{ data?: { found?: Shown[] | null } }>(role, 'POST', '$graphql', { query });
      const found = (body.data?.found ?? []).map((one) =>
        Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)),
      ) as unknown as Shown[];
      matrix.checks += 1;
      const isShown = role.name !== 'admin' && matrix.sees(role, type);
      return [
        ...matrix.leaksIn(role, found, 'GraphQL'),
        ...(isShown === found.length > 0 ? [] : [`${role.name} ${isShown ? 'lacks' : 'got'} ${type} by GraphQL`]),
      ];
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  it('N16: is what $explain-access says, on 500 cells', async () => {
    const officer = matrix.roles.find(({ name }) => name === 'compliance') as Role;
    const all = matrix.cells();
    const step = Math.floor(all.length / 500);
    const some = all.filter((_, i) => i % step === 0).slice(0, 500);
    const wrong = await inParallel(some, async ({ role, type, id }) => {
      const interaction = isInMatrix(role.name, type, 'history') ? 'history' : 'read';
      const path = interaction === 'history' ? `${type}/${id}/_history` : `${type}/${id}`;
      const { status } = await matrix.ask(role, 'GET', path);
      const asked = `subject=${role.profile}&reference=${type}/${id}&interaction=${interaction}`;
      const told = await matrix.ask<Parameters>(officer, 'GET', `$explain-access?${asked}`);
      const verdict = told.body.parameter?.find(({ name }) => name === 'verdict')?.valueCode;
      matrix.checks += 1;
      return (verdict === 'permit') === (status === 200) ? [] : [`${role.name} ${path}: ${status} ${verdict}`];
    });
    expect(wrong).toEqual([]);
    expect(some).toHaveLength(500);
  }, 120_000);

  it('is ten thousand checks and more', () => {
    expect(matrix.checks).toBeGreaterThan(10_000);
  });
});
