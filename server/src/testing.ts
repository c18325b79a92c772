import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientApplication, OperationOutcome, Project, ProjectMembership } from '@medplum/fhirtypes';
import { compose, type House } from './compose.ts';
import { readConfig } from './config/index.ts';
import type { Database } from './database/index.ts';
import { createTestDatabase, type TestDatabase } from './database/testing.ts';
import { createObserver } from './observability/index.ts';
import { createTenants } from './tenancy/index.ts';

/** One answer, its body parsed when it is JSON. */
export interface TestAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly text: string;
}

/** A clinic with a client that may do everything within it. */
export interface TestClinic {
  readonly tenant: number;
  readonly projectId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Sends a FHIR request as the client. `path` is below the FHIR base. */
  request<T = never>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<TestAnswer<T>>;
}

/** A whole server over a fresh database, for one test file. */
export interface TestServer {
  readonly house: House;
  readonly database: TestDatabase['database'];
  readonly baseUrl: string;
  readonly dataDir: string;
  /** What was logged so far. */
  readonly log: string[];
  clinic(name?: string): Promise<TestClinic>;
  close(): Promise<void>;
}

/** Folder with the prepared definitions, shared by the test files of one machine. */
const CACHE = join(tmpdir(), 'mindbridge-test-cache');

/** Another server that a test server shares its database and its data folder with, as processes behind one address do. */
export type Beside = Pick<TestServer, 'database' | 'dataDir' | 'baseUrl'>;

/**
 * Starts a server on a free port. Settings override those of a quiet test server; `fault` puts something between the
 * server and its database, for tests of what holds when a layer fails.
 */
export async function startTestServer(
  settings: Record<string, string> = {},
  fault: (database: Database) => Database = (database) => database,
  beside?: Beside,
): Promise<TestServer> {
  const own = beside ? undefined : await createTestDatabase();
  const database = fault(beside?.database ?? (own as TestDatabase).database);
  const dataDir = beside?.dataDir ?? mkdtempSync(join(tmpdir(), 'mindbridge-server-'));
  const log: string[] = [];
  const port = await freePort();
  const config = readConfig({
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    PORT: String(port),
    OUTBOUND_ALLOW: '127.0.0.1',
    ...(beside && { BASE_URL: beside.baseUrl.replace('127.0.0.1', 'localhost') }),
    ...settings,
  });
  const observer = createObserver({ level: 'debug', format: 'json', write: (line) => void log.push(line) });
  const house = await compose({
    config,
    database,
    observer,
    clock: () => new Date(),
    cacheDir: CACHE,
    baseDefinitions: false,
  });
  await new Promise<void>((resolve) => house.server.listen(port, '127.0.0.1', resolve));
  await house.start();
  const baseUrl = `http://127.0.0.1:${(house.server.address() as AddressInfo).port}`;
  return {
    house,
    database,
    baseUrl,
    dataDir,
    log,
    clinic: (name = 'Test clinic') => makeClinic(house, database, baseUrl, name),
    async close() {
      await house.stop();
      if (own) {
        await own.close();
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  };
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function makeClinic(
  house: House,
  database: TestDatabase['database'],
  baseUrl: string,
  name: string,
): Promise<TestClinic> {
  const projectId = randomUUID();
  const { tenant } = await createTenants(database).create(projectId, name);
  const repository = house.systemRepository(tenant);
  const clientSecret = randomUUID();
  await repository.createResource<Project>({ resourceType: 'Project', id: projectId, name }, { assignedId: true });
  const client = await repository.createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'test',
    secret: clientSecret,
  });
  const reference = { reference: `ClientApplication/${client.id}` };
  await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${projectId}` },
    user: reference,
    profile: reference,
  });
  const authorization = `Basic ${Buffer.from(`${client.id}:${clientSecret}`).toString('base64')}`;
  return {
    tenant,
    projectId,
    clientId: client.id,
    clientSecret,
    request: (method, path, body, headers) =>
      send(`${baseUrl}/fhir/R4/${path}`, method, body, { authorization, ...headers }),
  };
}

async function send<T>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<TestAnswer<T>> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/fhir+json' }), ...headers },
    body: body === undefined ? undefined : isRaw ? Buffer.from(body) : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = text !== '' && /[/+]json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : undefined) as T,
    text,
  };
}

/** Codes of ours in an outcome, and where they point. */
export function issuesOf(outcome: OperationOutcome): (string | undefined)[][] {
  return outcome.issue.map((issue) => [issue.details?.coding?.[0]?.code, issue.expression?.[0]]);
}
