/**
 * Nobody widens his own rights, and nothing tells of what is hidden: a search answers as if it did not exist.
 * @see security.md S44, S46
 */
import type { AccessPolicy, Bundle, OperationOutcome, Patient, ProjectMembership } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personOf, signIn } from './person-testing.ts';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember, type TestMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
let clerk: TestMember;
let hidden: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  clerk = await addMember(server, clinic, [
    {
      resourceType: 'Patient',
      interaction: ['read', 'search'],
      criteria: 'Patient?_security:not=R',
      hiddenFields: ['telecom'],
    },
  ]);
  const seen = await clinic.request<Patient>('POST', 'Patient', {
    resourceType: 'Patient',
    telecom: [{ system: 'phone', value: '555-0100' }],
  });
  const restricted = {
    resourceType: 'Patient',
    meta: { security: [{ code: 'R' }] },
    name: [{ family: 'Hidden' }],
    gender: 'female',
  };
  hidden = (await clinic.request<Patient>('POST', 'Patient', restricted)).body.id as string;
  for (const id of [hidden, seen.body.id]) {
    await clinic.request('POST', 'Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/${id}` },
    });
  }
});
afterAll(() => server.close());

test.each([
  ['a filter on a hidden element', 'phone=555-0100', 0],
  ['the absence of a hidden element', 'phone:missing=true', 1],
  ['the presence of a hidden element', 'phone:missing=false', 0],
  ['words anywhere', '_content=555-0100', 0],
  ['_filter', '_filter=phone eq "555-0100"', 0],
  ['a name that only a hidden patient has', 'name=Hidden', 0],
  ['the id of a hidden patient', () => `_id=${hidden}`, 0],
  ['a type that is closed, by _has', '_has:Observation:subject:status=final', 0],
  ['a type that is closed, by what it lacks', '_has:Observation:subject:status:missing=false', 0],
  ['a type that is closed, by _revinclude', '_revinclude=Observation:subject', 1],
  ['the count of all', '_summary=count', 1],
] as const)('S44: %s tells nothing', async (_name, query, total) => {
  const search = typeof query === 'string' ? query : query();
  const { body, status } = await clerk.request<Bundle>('GET', `Patient?${search}&_total=accurate`);
  expect(status === 400 || status === 403 ? 0 : body.total).toBe(total);
  expect(body.entry?.map(({ resource }) => resource?.resourceType) ?? []).not.toContain('Observation');
});

test('S44: sorting by a hidden element orders nothing by it, and an instance that is hidden looks like one that never was', async () => {
  const order = async (sort: string) =>
    ((await clerk.request<Bundle>('GET', `Patient?_sort=${sort}`)).body.entry ?? []).map(
      ({ resource }) => resource?.id,
    );
  expect(await order('phone')).toEqual(await order('-phone'));
  const [denied, never] = await Promise.all([hidden, 'never'].map((id) => clerk.request('GET', `Patient/${id}`)));
  expect([denied?.status, denied?.text]).toEqual([never?.status, never?.text]);
  expect([...(denied?.headers.keys() ?? [])].sort()).toEqual([...(never?.headers.keys() ?? [])].sort());
  for (const ifMatch of ['W/"1"', 'W/"9"']) {
    const answer = await clerk.request(
      'PUT',
      `Patient/${hidden}`,
      { resourceType: 'Patient', id: hidden },
      { 'if-match': ifMatch },
    );
    expect([403, 404]).toContain(answer.status);
  }
});

test('S46: an admin changes neither his own rights nor the policy that he is under', async () => {
  const admin = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'admin' }, { admin: true });
  const authorization = `Bearer ${await signIn(server, admin)}`;
  const request = <T = never>(method: string, path: string, body?: unknown) =>
    clinic.request<T>(method, path, body, { authorization });
  const wide = await request<AccessPolicy>('POST', 'AccessPolicy', {
    resourceType: 'AccessPolicy',
    name: 'wide',
    resource: [{ resourceType: 'Patient' }],
  });
  expect(wide.status, wide.text).toBe(201);
  const access = [{ policy: { reference: `AccessPolicy/${wide.body.id}` } }];
  const own = `ProjectMembership/${admin.membership.id}`;
  const membership = (await request<ProjectMembership>('GET', own)).body;
  const granted = await request<OperationOutcome>('PUT', own, { ...membership, access });
  expect(granted.status).toBe(403);
  expect(issuesOf(granted.body)[0]?.[0]).toBe('self-grant');
  const policyId = admin.membership.access?.[0]?.policy.reference?.split('/')[1];
  const policy = { resourceType: 'AccessPolicy', id: policyId, name: 'admin', resource: [{ resourceType: 'Patient' }] };
  expect((await request('PUT', `AccessPolicy/${policyId}`, policy)).status).toBe(403);

  const other = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'other' });
  const theirs = (await request<ProjectMembership>('GET', `ProjectMembership/${other.membership.id}`)).body;
  expect((await request('PUT', `ProjectMembership/${other.membership.id}`, { ...theirs, access })).status).toBe(200);
});
