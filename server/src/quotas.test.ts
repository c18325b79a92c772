/** What a clinic may ask in a minute, clinics that are suspended, and secrets that are rotated. @see security.md S54 */
import type { OperationOutcome, Parameters, Project } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import { PLATFORM } from './tenancy/index.ts';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let operator: string;

beforeAll(async () => {
  server = await startTestServer();
  const platform = { ...(await server.clinic('unused')), ...PLATFORM };
  const system = server.house.systemRepository(PLATFORM.tenant);
  const project = await system.readResource<Project>('Project', PLATFORM.projectId);
  await system.updateResource<Project>({ ...project, setting: [{ name: 'requireMfa', valueBoolean: false }] });
  operator = `Bearer ${await signIn(server, await personOf(server, platform, { resourceType: 'AccessPolicy', name: 'none' }))}`;
});
afterAll(() => server.close());

const asOperator = (clinic: TestClinic, operation: string, body: unknown = { resourceType: 'Parameters' }) =>
  clinic.request<Parameters>('POST', `Project/${clinic.projectId}/${operation}`, body, { authorization: operator });

const limit = (valueInteger: number) => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'rateLimitTenant', valueInteger }],
});

test('S54: a clinic at ten times its quota gets 429 with what it needs to know; its neighbour goes on', async () => {
  const [one, two] = [await server.clinic('One'), await server.clinic('Two')];
  expect((await one.request('POST', `Project/${one.projectId}/$rate-limits`, limit(20))).status).toBe(403);
  const platform = server.house.systemRepository(PLATFORM.tenant);
  const copy: Project = { resourceType: 'Project', id: one.projectId, name: 'One' };
  await platform.createResource<Project>(copy, { assignedId: true });
  expect((await asOperator(one, '$rate-limits', limit(-1))).status).toBe(400);
  expect((await asOperator(one, '$rate-limits', limit(20))).status).toBe(200);

  const answers = [];
  for (let n = 0; n < 200; n++) {
    answers.push(await one.request<OperationOutcome>('GET', 'Patient?_count=1'));
    expect((await two.request('GET', 'Patient?_count=1')).status).toBe(200);
  }
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(40);
  expect(refused.length).toBeGreaterThanOrEqual(160);
  const [first] = refused;
  expect(issuesOf(first?.body as OperationOutcome)[0]?.[0]).toBe('rate-limit');
  expect(first?.headers.get('retry-after')).toMatch(/^\d{1,2}$/);
  expect(first?.headers.get('ratelimit')).toMatch(/^"tenant";r=0;t=\d{1,2}$/);
  expect(first?.headers.get('ratelimit-policy')).toContain('"tenant";q=20;w=60');
});

test('S54: a Bundle of n entries counts as n, and one that does not fit does nothing', async () => {
  const clinic = await server.clinic('Bundles');
  const platform = server.house.systemRepository(PLATFORM.tenant);
  await platform.createResource<Project>(
    { resourceType: 'Project', id: clinic.projectId, name: 'Bundles' },
    { assignedId: true },
  );
  await expect
    .poll(async () => (await asOperator(clinic, '$rate-limits', limit(50))).status, { timeout: 5000 })
    .toBe(200);
  const post = (count: number) =>
    clinic.request('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: Array.from({ length: count }, () => ({
        request: { method: 'POST', url: 'Patient' },
        resource: { resourceType: 'Patient' },
      })),
    });
  await expect.poll(async () => (await post(1)).headers.get('ratelimit-policy')).toContain('"tenant";q=50;w=60');
  const small = await post(10);
  const left = Number(/r=(\d+)/.exec(small.headers.get('ratelimit') ?? '')?.[1]);
  expect([small.status, left <= 40]).toEqual([200, true]);
  const large = await post(51);
  expect([large.status, large.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  const count = await server.house
    .systemRepository(clinic.tenant)
    .search({ resourceType: 'Patient', total: 'accurate' });
  expect(count.total).toBeLessThanOrEqual(20);
});

test('S54: the tokens of a suspended clinic are dead within five seconds, and live again with it', async () => {
  const clinic = await server.clinic('Suspended');
  expect((await clinic.request('GET', 'Patient')).status).toBe(200);
  expect((await clinic.request('POST', `Project/${clinic.projectId}/$suspend`, {})).status).toBe(403);
  expect((await asOperator(clinic, '$suspend')).status).toBe(200);
  await expect.poll(async () => (await clinic.request('GET', 'Patient')).status, { timeout: 5000 }).toBe(401);
  expect((await asOperator(clinic, '$resume')).status).toBe(200);
  expect((await clinic.request('GET', 'Patient')).status).toBe(200);
});

async function stepUp(token: string, person: TestPerson): Promise<void> {
  await fetch(`${server.baseUrl}/auth/step-up`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify({ password: person.password }),
  });
}

test('S54: a rotated secret is told once; the one before works until its time is over', async () => {
  const clinic = await server.clinic('Rotated');
  const person = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'admin' }, { admin: true });
  const authorization = `Bearer ${await signIn(server, person)}`;
  const rotate = (retiringDays: number) =>
    clinic.request<Parameters>(
      'POST',
      `ClientApplication/${clinic.clientId}/$rotate-secret`,
      {
        resourceType: 'Parameters',
        parameter: [
          { name: 'retiringDays', valueInteger: retiringDays },
          { name: 'expiresInDays', valueInteger: 90 },
        ],
      },
      { authorization },
    );
  expect((await clinic.request('POST', `ClientApplication/${clinic.clientId}/$rotate-secret`, {})).status).toBe(403);
  expect((await rotate(1)).status).toBe(403);
  await stepUp(authorization, person);

  const secretOf = async (days: number) => (await rotate(days)).body.parameter?.[0]?.valueString ?? '';
  const statusOf = async (secret: string) =>
    (
      await clinic.request('GET', 'Patient?_count=1', undefined, {
        authorization: `Basic ${Buffer.from(`${clinic.clientId}:${secret}`).toString('base64')}`,
      })
    ).status;
  const second = await secretOf(1);
  expect(await Promise.all([clinic.clientSecret, second].map(statusOf))).toEqual([200, 200]);
  const third = await secretOf(0);
  expect(await Promise.all([clinic.clientSecret, second, third].map(statusOf))).toEqual([401, 401, 200]);
});
