import type { CapabilityStatement } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';

// https://spec.openapis.org/oas/v3.1.0

interface Entry {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
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
    const search = document.paths[`/${resource.type}`]?.get;
    const codes = new Set((search?.parameters ?? []).map((parameter) => parameter.name));
    expect(codes, resource.type).toEqual(new Set(resource.searchParam?.map((parameter) => parameter.name)));
    expect(document.paths[`/${resource.type}/{id}`]?.get, resource.type).toBeDefined();
    for (const { name } of resource.operation ?? []) {
      const paths = [`/${resource.type}/$${name}`, `/${resource.type}/{id}/$${name}`];
      expect(
        paths.some((path) => document.paths[path]),
        `${resource.type} $${name}`,
      ).toBe(true);
    }
  }
  for (const { name } of rest?.operation ?? []) {
    expect(document.paths[`/$${name}`] ?? document.paths[`/$${name}/{id}`], name).toBeDefined();
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
  expect(document.paths['/AuditEvent/{id}']?.get).toBeDefined();
  expect(document.paths['/AuditEvent/{id}']?.put).toBeUndefined();
  expect(document.paths['/Patient/$import']).toBeUndefined();
});
