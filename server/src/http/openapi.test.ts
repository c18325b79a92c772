import type { CapabilityStatement, OperationOutcome } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';

// https://spec.openapis.org/oas/v3.1.0

interface Entry {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly properties?: object } }>>;
  };
}
interface Document {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Entry>>>>;
}

let server: TestServer;
let document: Document;
let metadata: CapabilityStatement;
beforeAll(async () => {
  server = await startTestServer();
  const answer = await fetch(`${server.baseUrl}/openapi.json`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('application/json');
  document = (await answer.json()) as Document;
  metadata = (await (await fetch(`${server.baseUrl}/fhir/R4/metadata`)).json()) as CapabilityStatement;
});
afterAll(() => server.close());

test('says what the CapabilityStatement says: types, parameters, operations', () => {
  const rest = metadata.rest?.[0];
  for (const resource of rest?.resource ?? []) {
    const search = document.paths[`/fhir/R4/${resource.type}`]?.get;
    const codes = new Set((search?.parameters ?? []).map((parameter) => parameter.name));
    expect(codes, resource.type).toEqual(new Set(resource.searchParam?.map((parameter) => parameter.name)));
    expect(document.paths[`/fhir/R4/${resource.type}/{id}`]?.get, resource.type).toBeDefined();
    for (const { name } of resource.operation ?? []) {
      const paths = [`/fhir/R4/${resource.type}/$${name}`, `/fhir/R4/${resource.type}/{id}/$${name}`];
      expect(
        paths.some((path) => document.paths[path]),
        `${resource.type} $${name}`,
      ).toBe(true);
    }
  }
  for (const { name } of rest?.operation ?? []) {
    expect(document.paths[`/fhir/R4/$${name}`] ?? document.paths[`/fhir/R4/$${name}/{id}`], name).toBeDefined();
  }
});

test('every parameter in a path is described, and refused routes are left out', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    for (const [method, entry] of Object.entries(methods)) {
      const described = (entry.parameters ?? []).filter((parameter) => parameter.in === 'path').map((p) => p.name);
      expect(described, `${method} ${path}`).toEqual(named);
    }
  }
  expect(document.paths['/fhir/R4/AuditEvent/{id}']?.get).toBeDefined();
  expect(document.paths['/fhir/R4/AuditEvent/{id}']?.put).toBeUndefined();
  expect(document.paths['/fhir/R4/Patient/$import']).toBeUndefined();
});

test('holds every door of the rooms beside FHIR, with the schema of what it takes', () => {
  const served = server.house.auth.doors.map(({ method, path }) => [
    method.toLowerCase(),
    path.replace(/:(\w+)/g, '{$1}'),
  ]);
  expect(served.length).toBeGreaterThan(60);
  const absent = served.filter(([method = '', path = '']) => !document.paths[path]?.[method]);
  expect(absent).toEqual([]);
  const others = ['/', '/healthcheck', '/readyz', '/openapi.json', '/metrics', '/storage/{id}/{version}'];
  expect(others.filter((path) => !document.paths[path]?.get)).toEqual([]);
  const login = document.paths['/auth/login']?.post?.requestBody?.content['application/json'];
  expect(login?.schema.properties).toHaveProperty('password');
});

test('what the doors take by another method is said, and nothing is at other URLs', async () => {
  const wrong = await fetch(`${server.baseUrl}/auth/login`);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  const unknown = await fetch(`${server.baseUrl}/auth/nothing`);
  expect([unknown.status, ((await unknown.json()) as OperationOutcome).issue[0]?.code]).toEqual([404, 'not-found']);
  const broken = await fetch(`${server.baseUrl}/auth/login/%zz`);
  const text = await broken.text();
  expect([broken.status, text.includes('node_modules')]).toEqual([400, false]);
});
