import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReference, type WithId } from '@medplum/core';
import type {
  AccessPolicy,
  ClientApplication,
  Practitioner,
  Project,
  ProjectMembership,
  Resource,
  User,
} from '@medplum/fhirtypes';
import express from 'express';
import type { Database } from '../database/index.ts';
import { sql } from '../database/index.ts';
import { createTenants, type Tenants } from '../tenancy/index.ts';
import { createVault, keyFileWrapper, type Vault } from '../vault/index.ts';
import type { AuthDependencies, SystemRepository } from './auth-dependencies.ts';
import type { AuthEvent } from './auth-event.ts';
import { type Auth, createAuth } from './create-auth.ts';
import { findById } from './find-resource.ts';
import { hashPassword } from './password.ts';
import { newSecret } from './secrets.ts';
import { temporarySigningKeys } from './signing-keys.ts';
import { totpCode, totpCounter } from './totp.ts';

let rid = 0;

async function write(
  database: Database,
  tenant: number,
  resource: Resource,
  id: string,
  author = 'system',
): Promise<WithId<Resource>> {
  const now = new Date();
  const meta = { versionId: randomUUID().slice(0, 8), lastUpdated: now.toISOString() };
  const stored = { ...resource, id, meta: { ...resource.meta, ...meta } } as WithId<Resource>;
  rid += 1;
  await database.query(
    sql`INSERT INTO resource (rid, tenant, type, id, version, deleted, last_updated, author, content)
      VALUES (${rid}, ${tenant}, ${resource.resourceType}, ${id}, 1, false, ${now}, ${author}, ${JSON.stringify(stored)})
      ON CONFLICT (tenant, type, id) DO UPDATE SET content = excluded.content, last_updated = excluded.last_updated`,
  );
  return stored;
}

/** A stand-in for the repository that keeps rows of `resource` and nothing else: no validation, no history, no index. */
export function bareRepository(database: Database, tenant: number): SystemRepository {
  return {
    createResource: (resource: Resource, options?: { assignedId?: boolean }) =>
      write(database, tenant, resource, options?.assignedId && resource.id ? resource.id : randomUUID()),
    updateResource: (resource: Resource) => write(database, tenant, resource, resource.id as string),
    readResource: async (type: Resource['resourceType'], id: string) => {
      const found = await findById<Resource>(database, tenant, type, id);
      if (!found) {
        throw new Error('not found');
      }
      return found;
    },
    deleteResource: async (type: string, id: string) => {
      await database.query(
        sql`UPDATE resource SET deleted = true, content = '' WHERE tenant = ${tenant} AND type = ${type} AND id = ${id}`,
      );
    },
  } as SystemRepository;
}

/** Dependencies over a test database, with a clock that tests can move and the events they caused. */
export interface AuthFixture {
  readonly deps: AuthDependencies;
  readonly events: AuthEvent[];
  readonly tenants: Tenants;
  /** Moves the clock. */
  advance(ms: number): void;
  repository(tenant: number): SystemRepository;
}

/** The vault of a test database, with a wrapping key of this machine's tests. */
export async function testVault(database: Database): Promise<Vault> {
  const wrapper = await keyFileWrapper(join(tmpdir(), 'mindbridge-test-cache', 'auth-master.json'));
  return createVault({ database, wrapper, clock: () => new Date() });
}

/** Makes the dependencies of the auth room for one test file. */
export async function authFixture(
  database: Database,
  baseUrl = 'http://localhost:8240',
  more: Partial<AuthDependencies> = {},
): Promise<AuthFixture> {
  let offset = 0;
  const events: AuthEvent[] = [];
  const tenants = createTenants(database);
  const repository = (tenant: number): SystemRepository => bareRepository(database, tenant);
  const deps: AuthDependencies = {
    database,
    tenants,
    systemRepository: repository,
    baseUrl,
    keys: await temporarySigningKeys(),
    clock: () => new Date(Date.now() + offset),
    log: (event) => events.push(event),
    secrets: (await testVault(database)).secrets,
    openRegistration: true,
    loginPath: '/apps/login/',
    ...more,
  };
  return { deps, events, tenants, repository, advance: (ms) => (offset += ms) };
}

/** One clinic with a person who works there. */
export interface TestClinic {
  readonly tenant: number;
  readonly projectId: string;
}

/** Makes a clinic. */
export async function testClinic(fixture: AuthFixture, name: string, more: Partial<Project> = {}): Promise<TestClinic> {
  const projectId = randomUUID();
  const { tenant } = await fixture.tenants.create(projectId, name);
  await fixture
    .repository(tenant)
    .createResource({ resourceType: 'Project', id: projectId, name, ...more }, { assignedId: true });
  return { tenant, projectId };
}

/** Makes a person with a membership in a clinic; the same e-mail address is the same person. */
export async function testMember(
  fixture: AuthFixture,
  clinic: TestClinic,
  person: {
    readonly email: string;
    readonly password: string;
    readonly admin?: boolean;
    readonly policy?: AccessPolicy;
    readonly user?: WithId<User>;
  },
): Promise<{
  readonly user: WithId<User>;
  readonly profile: WithId<Practitioner>;
  readonly membership: WithId<ProjectMembership>;
}> {
  const repository = fixture.repository(clinic.tenant);
  const user =
    person.user ??
    (await fixture.repository(0).createResource<User>({
      resourceType: 'User',
      firstName: 'Maria',
      lastName: 'Lopez',
      email: person.email,
      passwordHash: await hashPassword(person.password),
    }));
  const profile = await repository.createResource<Practitioner>({
    resourceType: 'Practitioner',
    name: [{ given: ['Maria'], family: 'Lopez' }],
  });
  const policy = person.policy && (await repository.createResource(person.policy));
  const membership = await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: { reference: `User/${user.id}` },
    profile: createReference(profile),
    ...(person.admin && { admin: true }),
    ...(policy && { access: [{ policy: { reference: `AccessPolicy/${policy.id}` } }] }),
  });
  return { user, profile, membership };
}

/** Makes a client with a membership in a clinic. */
export async function testClient(
  fixture: AuthFixture,
  clinic: TestClinic,
  client: Partial<ClientApplication>,
): Promise<WithId<ClientApplication>> {
  const repository = fixture.repository(clinic.tenant);
  const made = await repository.createResource<ClientApplication>({ resourceType: 'ClientApplication', ...client });
  const reference = createReference(made);
  await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: reference,
    profile: reference,
  });
  return made;
}

/** The auth room behind a port of its own. */
export interface AuthServer extends AuthFixture {
  readonly baseUrl: string;
  readonly auth: Auth;
  /** Posts a form. */
  form(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Posts JSON. */
  json(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** An answer with its body parsed, when it has one. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly error?: string };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Answer['body']) : {},
  };
}

/** Starts the auth room over a test database. */
export async function startAuthServer(database: Database, more: Partial<AuthDependencies> = {}): Promise<AuthServer> {
  const app = express();
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const fixture = await authFixture(database, baseUrl, more);
  const auth = createAuth(fixture.deps);
  app.use(auth.router);
  const send = async (path: string, init: RequestInit): Promise<Answer> =>
    answerOf(await fetch(`${baseUrl}${path}`, { redirect: 'manual', ...init }));
  return {
    ...fixture,
    baseUrl,
    auth,
    form: (path, fields, headers) => send(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    json: (path, body, headers) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    get: (path, headers) => send(path, { headers }),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A PKCE verifier and its challenge. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = newSecret();
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Signs a person in up to the code. */
export async function codeFor(
  server: AuthServer,
  credentials: { readonly email: string; readonly password: string },
  more: Record<string, string> = {},
): Promise<{ readonly code: string; readonly verifier: string; readonly login: string; readonly answer: Answer }> {
  const { verifier, challenge } = pkce();
  const answer = await server.json('/auth/login', {
    ...credentials,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    ...more,
  });
  return { code: String(answer.body.code), login: String(answer.body.login), verifier, answer };
}

/** Signs a person in up to the tokens. */
export async function tokensFor(
  server: AuthServer,
  credentials: { readonly email: string; readonly password: string },
  more: Record<string, string> = {},
): Promise<Answer> {
  const { code, verifier } = await codeFor(server, credentials, more);
  return server.form('/oauth2/token', {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    client_id: more.clientId ?? '',
    ...(more.redirectUri && { redirect_uri: more.redirectUri }),
  });
}

/** What an authenticator app shows for an enrolment address. */
export function codeOf(enrollUri: string, now: Date): string {
  const secret = new URL(enrollUri).searchParams.get('secret') ?? '';
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return totpCode(bytes, totpCounter(now));
}

/** An Authorization header. */
export const bearer = (token: unknown): { authorization: string } => ({ authorization: `Bearer ${String(token)}` });
