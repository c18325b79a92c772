/**
 * A clinic with a member of every role of the base bundles and a record of every type, and what its members are told: for
 * tests that hold the role matrix against a whole server.
 * @see security.md S43
 */
import type { AccessPolicy, OperationOutcome, Patient, Resource } from '@medplum/fhirtypes';
import { expect } from 'vitest';
import { ADMIN_TYPES, PLATFORM_TYPES } from './access/index.ts';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { matrixPatient, matrixRecords } from './matrix-records-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { hiddenInMatrix, isInMatrix } from './role-matrix-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

/** Every interaction of the matrix. */
export const INTERACTIONS = ['create', 'read', 'vread', 'history', 'search', 'update', 'delete'] as const;
/** One of them. */
export type Interaction = (typeof INTERACTIONS)[number];

/** Somebody of a role, signed in. */
export interface Role {
  readonly name: string;
  readonly policy: AccessPolicy;
  readonly token: string;
  readonly password: string;
  readonly profile: string;
}

/** A record as it came. */
export type Shown = Resource & Record<string, unknown>;

const WRITES = new Set<Interaction>(['create', 'update', 'delete']);
/** Refusals that come after the role was let through: what is missing is a proof, or what is written does not fit. */
const AFTER_THE_ROLE = new Set(['step-up-required', 'write-constraint', 'write-outside-policy', 'readonly-element']);
const NO_RECORDS = new Set(['Parameters', 'Bundle', 'OperationOutcome']);

/** Is the type for admins or the platform only? */
export const isReserved = (type: string): boolean => PLATFORM_TYPES.has(type) || ADMIN_TYPES.has(type);

/** Our own code in a refusal. */
export const codeOf = (outcome: Partial<OperationOutcome> | undefined): string =>
  outcome?.issue?.[0]?.details?.coding?.[0]?.code ?? '';

/** The clinic of the matrix. */
export class MatrixClinic {
  /** Ids of the records by their types. */
  readonly stored = new Map<string, string>();
  readonly roles: Role[] = [];
  /** Role and type of each record that a search by its id gave. */
  readonly seen = new Set<string>();
  checks = 0;
  readonly server: TestServer;
  readonly clinic: TestClinic;
  readonly types: readonly string[];

  private constructor(server: TestServer, clinic: TestClinic) {
    this.server = server;
    this.clinic = clinic;
    this.types = [...server.house.definitions.resourceTypes()].filter((type) => !NO_RECORDS.has(type));
  }

  /** Starts a server with the clinic in it. */
  static async start(): Promise<MatrixClinic> {
    const server = await startTestServer();
    const matrix = new MatrixClinic(server, await server.clinic('Matrix'));
    await matrix.keepRecords();
    await matrix.admitMembers();
    return matrix;
  }

  private get system() {
    return this.server.house.systemRepository(this.clinic.tenant);
  }

  private async keepRecords(): Promise<void> {
    const { system, stored } = this;
    const { id } = await system.createResource(matrixPatient('Practitioner/panel'));
    stored.set('Patient', id as string);
    for (const [resourceType, record] of Object.entries(matrixRecords({ reference: `Patient/${id}` }))) {
      stored.set(resourceType, (await system.createResource({ resourceType, ...record } as Resource)).id as string);
    }
    for (const resourceType of this.types.filter((one) => !stored.has(one) && !isReserved(one))) {
      const made = await system.createResource({ resourceType } as Resource).catch(() => undefined);
      if (made) {
        stored.set(resourceType, made.id as string);
      }
    }
  }

  private async admitMembers(): Promise<void> {
    const patient = { reference: `Patient/${this.stored.get('Patient')}` };
    const parameter = [
      ...['patient', 'patients'].map((name) => ({ name, valueReference: patient })),
      { name: 'encounter', valueReference: { reference: `Encounter/${this.stored.get('Encounter')}` } },
      ...['panel', 'team', 'unit'].map((name) => ({ name, valueReference: { reference: 'Practitioner/panel' } })),
      { name: 'thread', valueReference: { reference: 'Communication/thread' } },
      { name: 'source', valueString: 'urn:lab' },
    ];
    for (const policy of BASE_POLICIES.values()) {
      const admin = policy.name === 'admin';
      const person = await personOf(this.server, this.clinic, policy, { parameter, admin });
      const token = await signIn(this.server, person);
      this.roles.push({ name: policy.name ?? '', policy, token, password: person.password, profile: person.profile });
    }
  }

  /** Every role with every record. */
  cells(): { readonly role: Role; readonly type: string; readonly id: string }[] {
    return this.roles.flatMap((role) => [...this.stored].map(([type, id]) => ({ role, type, id })));
  }

  /** Asks as a member of a role. */
  async ask<T>(role: Role, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.server.baseUrl}/fhir/R4/${path}`, {
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

  /** A mark for a wrong cell, or nothing. */
  verdict(role: Role, type: string, interaction: Interaction, status: number, code: string): string[] {
    this.checks += 1;
    const isRefused = status === 403 && !(WRITES.has(interaction) && AFTER_THE_ROLE.has(code));
    const isClosed = type === 'AuditEvent' && status === 405;
    // Admins choose ids, and for them an update of what is not there is a create.
    const asked = role.name === 'admin' && interaction === 'update' ? 'create' : interaction;
    const isWrong = isInMatrix(role.name, type, asked) ? isRefused : status !== 403 && !isClosed;
    return isWrong ? [`${role.name} ${interaction} ${type}: ${status} ${code}`] : [];
  }

  /** Elements that the role must not see in what it was given. */
  leaksIn(role: Role, shown: readonly (Resource | undefined)[], way: string): string[] {
    return shown.flatMap((resource) => {
      this.checks += 1;
      return resource === undefined
        ? []
        : hiddenInMatrix(role.name, resource.resourceType)
            .filter((field) => field in resource)
            .map((field) => `${role.name} sees ${resource.resourceType}.${field} by ${way}`);
    });
  }

  /** Records of ours that a way gave and a search by id did not. */
  unlikeReading(role: Role, shown: readonly (Resource | undefined)[], way: string): string[] {
    return shown.flatMap((resource) =>
      resource && this.stored.get(resource.resourceType) === resource.id && !this.sees(role, resource.resourceType)
        ? [`${role.name} got ${resource.resourceType} by ${way}`]
        : [],
    );
  }

  /** Did a search by its id give the role the record of a type? */
  sees(role: Role, type: string): boolean {
    return this.seen.has(`${role.name} ${type}`);
  }

  /** Everything that a role may export, or nothing when it is refused. */
  async exported(role: Role): Promise<Resource[] | undefined> {
    const { baseUrl } = this.server;
    await fetch(`${baseUrl}/auth/step-up`, {
      method: 'POST',
      headers: { authorization: `Bearer ${role.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ password: role.password }),
    });
    const get = (url: string) =>
      fetch(url, { headers: { authorization: `Bearer ${role.token}`, prefer: 'respond-async' } });
    const started = await get(`${baseUrl}/fhir/R4/$export`);
    const below = (url: string) => `${baseUrl}/fhir/R4/${url.split('/fhir/R4/')[1]}`;
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

  /** A patient with an observation, an encounter and a flag; the accounts say whose panel it is. */
  async chartOf(account: string, id?: string): Promise<string[]> {
    const { system } = this;
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
}

/** Does six things at a time; gives all that was found wrong. */
export async function inParallel<T>(entries: readonly T[], work: (entry: T) => Promise<string[]>): Promise<string[]> {
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
