/**
 * Every role × every resource type × every interaction, over a whole server with the policies of the base bundles: callers
 * get what the matrix says (written down apart from the policies), through batch, REST, GraphQL, `_include` and `_revinclude`.
 * @see security.md S43, S45
 */
import type { AccessPolicy, Bundle, BundleEntry, OperationOutcome, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TYPES, PLATFORM_TYPES } from './access/index.ts';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { hiddenInMatrix, isBoundInMatrix, isInMatrix, MATRIX_ROLES } from './role-matrix-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const INTERACTIONS = ['create', 'read', 'vread', 'history', 'search', 'update', 'delete'] as const;
type Interaction = (typeof INTERACTIONS)[number];

interface Role {
  readonly name: string;
  readonly policy: AccessPolicy;
  token: string;
}

const WRITES = new Set<Interaction>(['create', 'update', 'delete']);
/** Refusals that come after the role was let through: what is missing is a proof, or what is written does not fit. */
const AFTER_THE_ROLE = new Set(['step-up-required', 'write-constraint', 'write-outside-policy', 'readonly-element']);

let server: TestServer;
let clinic: TestClinic;
let types: string[];
const roles: Role[] = [];
const stored = new Map<string, string>();
let checks = 0;

const NOBODY_REFERENCE = { reference: 'Patient/nobody' };
const CODE = { text: 'x' };

/** What the types of the matrix demand, so that there is an instance to read. */
const VALID: Readonly<Record<string, object>> = {
  Observation: { status: 'final', code: CODE, subject: NOBODY_REFERENCE },
  Condition: { code: CODE, subject: NOBODY_REFERENCE },
  Encounter: {
    status: 'finished',
    class: { code: 'AMB' },
    subject: NOBODY_REFERENCE,
    reasonCode: [CODE],
    type: [CODE],
  },
  Procedure: { status: 'completed', subject: NOBODY_REFERENCE },
  Appointment: {
    status: 'booked',
    description: 'x',
    comment: 'x',
    participant: [{ status: 'accepted', actor: NOBODY_REFERENCE }],
  },
  AllergyIntolerance: { patient: NOBODY_REFERENCE },
  Flag: { status: 'active', code: CODE, subject: NOBODY_REFERENCE },
  Task: { status: 'requested', intent: 'order', for: NOBODY_REFERENCE },
  Communication: { status: 'completed' },
  DiagnosticReport: { status: 'final', code: CODE },
  CarePlan: { status: 'active', intent: 'plan', subject: NOBODY_REFERENCE },
  CareTeam: { subject: NOBODY_REFERENCE },
  Goal: { lifecycleStatus: 'active', description: CODE, subject: NOBODY_REFERENCE },
  RiskAssessment: { status: 'final', subject: NOBODY_REFERENCE },
  QuestionnaireResponse: { status: 'completed' },
  MedicationRequest: { status: 'active', intent: 'order', medicationCodeableConcept: CODE, subject: NOBODY_REFERENCE },
  DocumentReference: { status: 'current', content: [{ attachment: { title: 'x' } }] },
  Coverage: { status: 'active', beneficiary: NOBODY_REFERENCE, payor: [NOBODY_REFERENCE] },
  Consent: { status: 'active', scope: CODE, category: [CODE], policyRule: CODE },
  Account: { status: 'active' },
  Invoice: { status: 'issued' },
  Schedule: { actor: [{ reference: 'Practitioner/nobody' }] },
  Questionnaire: { status: 'active' },
  MeasureReport: { status: 'complete', type: 'summary', measure: 'urn:x', period: { start: '2026-01-01' } },
  RelatedPerson: { patient: NOBODY_REFERENCE },
  Immunization: { status: 'completed', vaccineCode: CODE, patient: NOBODY_REFERENCE, occurrenceString: 'x' },
  ServiceRequest: { status: 'active', intent: 'order', subject: NOBODY_REFERENCE },
  ImagingStudy: { status: 'available', subject: NOBODY_REFERENCE },
  ClinicalImpression: { status: 'completed', subject: NOBODY_REFERENCE },
  EpisodeOfCare: { status: 'active', patient: NOBODY_REFERENCE },
  MedicationStatement: { status: 'active', medicationCodeableConcept: CODE, subject: NOBODY_REFERENCE },
};

/** Elements that roles must not see. */
const EXTRAS: Readonly<Record<string, object>> = {
  ...VALID,
  Patient: {
    name: [{ family: 'Seen' }],
    telecom: [{ system: 'phone', value: '1' }],
    address: [{ city: 'X' }],
    contact: [{ name: { family: 'C' } }],
    photo: [{ title: 'p' }],
    communication: [{ language: { text: 'en' } }],
    identifier: [{ system: 'urn:x', value: '1' }],
    birthDate: '1980-01-01',
  },
  Practitioner: { telecom: [{ value: '1' }], address: [{ city: 'X' }], birthDate: '1970-01-01' },
  Slot: {
    schedule: { reference: 'Schedule/nobody' },
    status: 'free',
    start: '2026-01-01T10:00:00Z',
    end: '2026-01-01T11:00:00Z',
    comment: 'x',
  },
  Schedule: { actor: [{ reference: 'Practitioner/nobody' }], comment: 'x' },
};

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Matrix');
  types = [...server.house.definitions.resourceTypes()].filter(
    (type) => !['Parameters', 'Bundle', 'OperationOutcome'].includes(type),
  );
  const system = server.house.systemRepository(clinic.tenant);
  for (const type of types.filter((name) => !PLATFORM_TYPES.has(name) && !ADMIN_TYPES.has(name))) {
    const resource = { resourceType: type, ...EXTRAS[type] } as unknown as Resource;
    const made = await system.createResource(resource).catch(() => undefined);
    if (made) {
      stored.set(type, made.id);
    }
  }
  const patient = { reference: `Patient/${stored.get('Patient')}` };
  const parameter = [
    ...['patient', 'patients'].map((name) => ({ name, valueReference: patient })),
    { name: 'encounter', valueReference: { reference: `Encounter/${stored.get('Encounter')}` } },
    ...['panel', 'team', 'unit'].map((name) => ({ name, valueReference: { reference: 'Practitioner/panel' } })),
    { name: 'thread', valueReference: { reference: 'Communication/thread' } },
    { name: 'source', valueString: 'urn:lab' },
  ];
  for (const policy of BASE_POLICIES.values()) {
    const person = await personOf(server, clinic, policy, { parameter, admin: policy.name === 'admin' });
    roles.push({ name: policy.name ?? '', policy, token: await signIn(server, person) });
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
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}

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

  it('holds for reading what is there, by REST', async () => {
    const cells = roles.flatMap((role) => [...stored].map(([type, id]) => ({ role, type, id })));
    const wrong = await inParallel(cells, async ({ role, type, id }) => {
      const read = await ask<Resource & Record<string, unknown>>(role, 'GET', `${type}/${id}`);
      const search = await ask<Bundle>(role, 'GET', `${type}?_id=${id}`);
      const shown = [read.status === 200 ? read.body : undefined, search.body.entry?.[0]?.resource].filter(
        (one) => one !== undefined,
      );
      const leaks = shown.flatMap((resource) =>
        hiddenInMatrix(role.name, type)
          .filter((field) => field in resource)
          .map((field) => `${role.name} sees ${type}.${field}`),
      );
      return [
        ...verdict(role, type, 'read', read.status, ''),
        ...verdict(role, type, 'search', search.status, ''),
        ...leaks,
      ];
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  it('holds for what comes along by _include and _revinclude, with what is hidden of it', async () => {
    const forward = ['Observation:subject', 'Observation:performer', 'Encounter:subject', 'Appointment:patient'];
    const back = ['Observation:subject', 'Encounter:subject', 'Appointment:patient', 'Flag:subject', 'Task:subject'];
    const wrong = await inParallel(roles, async (role) => {
      const paths = [
        ...forward.map((include) => `${include.split(':')[0]}?_include=${include}`),
        ...back.map((include) => `Patient?_revinclude=${include}`),
      ];
      const marks: string[] = [];
      for (const path of paths) {
        const { body } = await ask<Bundle>(role, 'GET', path);
        for (const entry of body.resourceType === 'Bundle' ? (body.entry ?? []) : []) {
          checks += 1;
          const { resource } = entry;
          if (resource === undefined || resource.resourceType === 'OperationOutcome') {
            continue;
          }
          const { resourceType: type } = resource;
          const isSeen = isInMatrix(role.name, type, 'search');
          const hidden = hiddenInMatrix(role.name, type).filter((field) => field in resource);
          marks.push(
            ...(isSeen ? [] : [`${role.name} got ${type} by ${path}`]),
            ...hidden.map((field) => `${role.name} sees ${type}.${field} by ${path}`),
          );
        }
      }
      return marks;
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

  it('holds in GraphQL', async () => {
    const cells = roles.flatMap((role) => [...stored].map(([type, id]) => ({ role, type, id })));
    const wrong = await inParallel(cells, async ({ role, type, id }) => {
      const query = `{ found: ${type}List(_id: "${id}") { id } }`;
      const { body } = await ask<{ data?: { found?: { id: string }[] | null } }>(role, 'POST', '$graphql', { query });
      const isShown = (body.data?.found ?? []).length > 0;
      checks += 1;
      return isShown && !isInMatrix(role.name, type, 'search') ? [`${role.name} ${type}`] : [];
    });
    expect(wrong).toEqual([]);
  }, 180_000);

  it('is ten thousand checks and more', () => {
    expect(checks).toBeGreaterThan(10_000);
  });
});
