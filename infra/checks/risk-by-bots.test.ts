import type { CareTeam, Observation, RiskAssessment, Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinicThresholds, daysBefore, riskObservation, vitalSign } from '../../bots/src/testing/clinic.ts';
import { extensionUrl } from '../../fhir-profiles/src/index.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';
import { deployBots } from './bot-clinic.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  await deployBots(server, clinic, ['risk', 'news2'], { subscribed: false });
  await system().updateResource({ resourceType: 'Patient', id: 'p1' });
}, 60_000);
afterAll(() => server.close());

function system() {
  return server.house.systemRepository(clinic.tenant);
}

const run = (bot: string) =>
  clinic.request('POST', `Bot/$execute?identifier=https://mindbridge.health/fhir/sid/deployment|${bot}`, {
    resourceType: 'Patient',
    id: 'p1',
  });

test('the bands of a supervisor are those of new scores, and what loosens the floor is refused', async () => {
  const now = new Date();
  const loose = clinicThresholds('high', 8, 4, 1, { medium: 40, high: 70, critical: 99 });
  expect((await clinic.request('POST', 'Basic', loose)).text).toContain('mb-thresholds-bands');
  const early = clinicThresholds('high', 8, 4, 1, { medium: 10, high: 20, critical: 85 });
  const set = await clinic.request('POST', 'Basic', early);
  expect(set.status, set.text).toBe(201);
  for (const [days, score] of [
    [21, 4],
    [14, 10],
    [7, 17],
  ] as const) {
    await system().createResource<RiskAssessment>({
      resourceType: 'RiskAssessment',
      status: 'final',
      subject: { reference: 'Patient/p1' },
      occurrenceDateTime: daysBefore(now, days),
      extension: [{ url: extensionUrl.riskScore, valueInteger: score }],
    });
  }
  const calls = { valueInteger: 4 };
  await system().createResource<Observation>(riskObservation('p1', 'crisis-call', daysBefore(now, 1), calls));
  const answer = await run('risk');
  expect(answer.status, answer.text).toBe(200);
  const found = await system().searchResources<RiskAssessment>({ resourceType: 'RiskAssessment', count: 100 });
  const assessment = found.find(({ prediction }) => prediction !== undefined);
  expect(assessment?.prediction?.[0]?.qualitativeRisk?.coding?.[0]?.code).toBe('high');
  expect(assessment?.note?.[0]?.text).toContain('Risk score 24 of 100, high.');
  expect(assessment?.note?.[0]?.text).toContain('Over 3 weeks the score has risen by 6.7 a week.');
}, 30_000);

test('a high NEWS2 opens one alert for the care team', async () => {
  const now = new Date();
  await system().createResource<CareTeam>({
    resourceType: 'CareTeam',
    status: 'active',
    subject: { reference: 'Patient/p1' },
    participant: [{ member: { reference: 'Practitioner/nora' } }],
  });
  for (const [code, value, unit] of [
    ['9279-1', 26, '/min'],
    ['8480-6', 88, 'mm[Hg]'],
    ['8867-4', 120, '/min'],
  ] as const) {
    await system().createResource<Observation>(vitalSign('p1', code, value, unit, now));
  }
  for (const answer of [await run('news2'), await run('news2')]) {
    expect(answer.status, answer.text).toBe(200);
  }
  const tasks = await system().searchResources<Task>({ resourceType: 'Task', count: 100 });
  const alerts = tasks.filter(({ description }) => description?.startsWith('NEWS2 is 8'));
  expect(alerts).toMatchObject([{ priority: 'stat', owner: { reference: 'Practitioner/nora' } }]);
}, 30_000);
