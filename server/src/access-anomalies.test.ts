/** Looks at records that are out of the ordinary are asked about. @see security.md S58, 164.308(a)(1)(ii)(D) */
import type { Bundle, Patient, Project, Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportAccessAnomalies } from './access-anomalies.ts';
import { personOf, signIn } from './person-testing.ts';
import { createTenants } from './tenancy/index.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

const tasks = async () =>
  (await clinic.request<Bundle<Task>>('GET', 'Task?code=access-anomaly')).body.entry?.flatMap(
    ({ resource }) => resource ?? [],
  ) ?? [];

test('who looked at more patients in an hour than the clinic thinks usual, or at night, is asked once a day', async () => {
  const policy = { resourceType: 'AccessPolicy', name: 'physician', resource: [{ resourceType: 'Patient' }] } as const;
  const [busy, quiet] = [
    await personOf(server, clinic, { ...policy, resource: [...policy.resource] }),
    await personOf(server, clinic, { ...policy, resource: [...policy.resource] }),
  ];
  const repository = server.house.systemRepository(clinic.tenant);
  const patients = await Promise.all(
    Array.from({ length: 6 }, () =>
      repository.createResource<Patient>({ resourceType: 'Patient', name: [{ family: 'Zeta' }] }),
    ),
  );
  for (const [person, count] of [
    [busy, 6],
    [quiet, 1],
  ] as const) {
    const authorization = `Bearer ${await signIn(server, person)}`;
    for (const { id } of patients.slice(0, count)) {
      expect((await clinic.request('GET', `Patient/${id}`, undefined, { authorization })).status).toBe(200);
    }
  }
  const project = await repository.readResource<Project>('Project', clinic.projectId);
  await repository.updateResource<Project>({ ...project, setting: [{ name: 'massReadPatients', valueInteger: 5 }] });
  const deps = {
    database: server.database,
    tenants: createTenants(server.database),
    systemRepository: server.house.systemRepository,
    clock: () => new Date(),
  };
  const report = async () => (await reportAccessAnomalies(deps)).filter(({ tenant }) => tenant === clinic.tenant);
  expect(await report()).toMatchObject([{ kind: 'mass-read', agent: busy.profile }]);
  await report();
  const [task, ...others] = await tasks();
  expect(others).toEqual([]);
  expect(task).toMatchObject({ status: 'requested', focus: { reference: busy.profile } });
  expect(JSON.stringify(task)).not.toContain('Zeta');

  const setting = [{ name: 'officeHours', valueString: '24-24 UTC' }];
  await repository.updateResource<Project>({ ...project, setting });
  expect((await report()).map(({ kind, agent }) => `${kind} ${agent}`).sort()).toEqual(
    [`off-hours ${busy.profile}`, `off-hours ${quiet.profile}`].sort(),
  );
});
