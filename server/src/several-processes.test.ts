/** Two server processes over one database and one data folder: what one does holds in the other. @see security.md S77, design §4 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Operator } from '@medplum/core';
import type { AccessPolicy, Patient, Project, ProjectMembership, Subscription } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let first: TestServer;
let second: TestServer;
let clinic: TestClinic;

const POLICY: AccessPolicy = { resourceType: 'AccessPolicy', name: 'staff', resource: [{ resourceType: 'Patient' }] };

beforeAll(async () => {
  first = await startTestServer();
  second = await startTestServer({}, undefined, first);
  clinic = await first.clinic();
});
afterAll(async () => {
  await second.close();
  await first.close();
});

/** Asks the second process, of which no client knows the address: a balancer would have chosen it. */
function atSecond(path: string, authorization: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization, 'content-type': 'application/fhir+json', ...init.headers };
  const { port } = second.house.server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/${path}`, { ...init, headers });
}

const basic = ({ clientId, clientSecret }: TestClinic): string =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

describe('two processes', () => {
  let person: TestPerson;
  let token: string;

  it('know one another’s sign-ins, and their end', async () => {
    person = await personOf(first, clinic, POLICY);
    token = `Bearer ${await signIn(first, person)}`;
    expect((await atSecond('fhir/R4/Patient', token)).status).toBe(200);
    expect((await atSecond('fhir/R4/Observation', token)).status).toBe(403);
    const ended = await fetch(`${first.baseUrl}/oauth2/logout`, { method: 'POST', headers: { authorization: token } });
    expect(ended.ok).toBe(true);
    await expect.poll(async () => (await atSecond('fhir/R4/Patient', token)).status, { timeout: 15_000 }).toBe(401);
  });

  it('see changed rights', async () => {
    const member = await addMember(first, clinic, [{ resourceType: 'Patient' }]);
    expect((await atSecond('fhir/R4/Patient', member.authorization)).status).toBe(200);
    const repository = first.house.systemRepository(clinic.tenant);
    const policy = await repository.readResource<AccessPolicy>('AccessPolicy', member.policyId);
    await repository.updateResource({ ...policy, resource: [{ resourceType: 'Observation' }] });
    const status = async () => (await atSecond('fhir/R4/Patient', member.authorization)).status;
    await expect.poll(status, { timeout: 15_000 }).toBe(403);
    const filters = [{ code: 'profile', operator: Operator.EQUALS, value: `ClientApplication/${member.clientId}` }];
    const wanted = { resourceType: 'ProjectMembership' as const, filters };
    const [membership] = await repository.searchResources<ProjectMembership>(wanted);
    await repository.deleteResource('ProjectMembership', membership?.id ?? '');
    await expect.poll(status, { timeout: 15_000 }).toBe(401);
  });

  it('write the same resource in turn without losing a version', async () => {
    const { body } = await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
    const path = `fhir/R4/Patient/${body.id}`;
    for (let n = 0; n < 6; n++) {
      const resource = JSON.stringify({ ...body, multipleBirthInteger: n });
      const answer = await (n % 2 === 0
        ? atSecond(path, basic(clinic), { method: 'PUT', body: resource })
        : clinic.request('PUT', `Patient/${body.id}`, resource));
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, `W/"${n + 2}"`]);
    }
    const read = (await (await atSecond(path, basic(clinic))).json()) as Patient;
    expect(read).toMatchObject({ multipleBirthInteger: 5, meta: { versionId: '7' } });
  });

  it('patch what the other has just written', async () => {
    const { body } = await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
    const type = { 'content-type': 'application/json-patch+json' };
    const operations = [{ op: 'add', path: '/gender', value: 'male' }];
    const patch = { method: 'PATCH', body: JSON.stringify(operations), headers: type };
    expect((await atSecond(`fhir/R4/Patient/${body.id}`, basic(clinic), patch)).status).toBe(200);
    const replaced = [{ op: 'replace', path: '/gender', value: 'female' }];
    expect((await clinic.request('PATCH', `Patient/${body.id}`, replaced, type)).status).toBe(200);
  });

  it('deliver each event once, whichever of them wrote', async () => {
    const seen: string[] = [];
    const receiver: Server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on('end', () => {
        seen.push((JSON.parse(text) as Patient).id ?? '');
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const channel = { type: 'rest-hook' as const, endpoint, payload: 'application/fhir+json' };
    const subscription: Subscription = {
      resourceType: 'Subscription',
      status: 'active',
      reason: 'x',
      criteria: 'Patient?gender=other',
      channel,
    };
    await clinic.request('POST', 'Subscription', subscription);
    const patient = JSON.stringify({ resourceType: 'Patient', gender: 'other' });
    const made = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const answer = await (n % 2 === 0
          ? atSecond('fhir/R4/Patient', basic(clinic), { method: 'POST', body: patient }).then((one) => one.json())
          : clinic.request<Patient>('POST', 'Patient', patient).then(({ body }) => body));
        return (answer as Patient).id ?? '';
      }),
    );
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(20);
    expect([...seen].sort()).toEqual(made.sort());
    receiver.close();
  });

  it('S54: keep one limit together, and go over it by little', async () => {
    const limited = await first.clinic('Limited');
    const repository = first.house.systemRepository(limited.tenant);
    const project = await repository.readResource<Project>('Project', limited.projectId);
    await repository.updateResource<Project>({
      ...project,
      systemSetting: [{ name: 'rateLimitTenant', valueInteger: 40 }],
    });
    const begin = 60_000 - (Date.now() % 60_000);
    await new Promise((resolve) => setTimeout(resolve, begin < 6000 ? begin : 0));
    let passed = 0;
    for (let n = 0; n < 60; n++) {
      const answers = await Promise.all([
        limited.request('GET', 'Patient?_count=1'),
        atSecond('fhir/R4/Patient?_count=1', basic(limited)),
      ]);
      passed += answers.filter(({ status }) => status === 200).length;
    }
    expect(passed).toBeGreaterThanOrEqual(40);
    expect(passed).toBeLessThanOrEqual(50);
  });

  it('answer for one another’s background jobs', async () => {
    const kickOff = await clinic.request('GET', '$export?_type=Patient', undefined, { prefer: 'respond-async' });
    const path = new URL(kickOff.headers.get('content-location') ?? '').pathname.slice(1);
    const status = async () => (await atSecond(path, basic(clinic))).status;
    await expect.poll(status, { timeout: 20_000, interval: 1000 }).toBe(200);
  });
});
