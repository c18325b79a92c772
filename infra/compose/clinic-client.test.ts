// The compose file itself needs Docker; what its step `deploy` does on the wire is tried on our own server.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../server/src/testing.ts';
import { makeClinicClient } from './clinic-client.ts';

const demoFile = z.looseObject({ superAdmin: z.object({ email: z.string(), password: z.string() }) });
const dataDir = mkdtempSync(join(tmpdir(), 'mindbridge-compose-'));
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ DEMO: 'true', DATA_DIR: dataDir });
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('makes a clinic, and a client that may deploy bots there', async () => {
  const { superAdmin } = demoFile.parse(JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')));
  const base = `${server.baseUrl}/`;
  const { clientId, clientSecret } = await makeClinicClient(base, superAdmin, 'Compose clinic');
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const projects = await fetch(`${base}fhir/R4/Project`, { headers });
  const { entry } = (await projects.json()) as { entry: { resource: Project }[] };
  const project = entry.map(({ resource }) => resource).find(({ name }) => name === 'Compose clinic');
  const path = `${base}admin/projects/${project?.id}/bot`;
  const made = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ name: 'b' }) });
  expect(made.status).toBe(201);
});

it('names the request that the server refused', async () => {
  const stranger = { email: 'nobody@example.org', password: 'not-the-password' };
  await expect(makeClinicClient(`${server.baseUrl}/`, stranger, 'x')).rejects.toThrow('POST auth/login');
});
