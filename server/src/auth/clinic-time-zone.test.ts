/** The screens keep the time of the clinic that its bots keep. @see product.md §3, Time */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { clinicTimeZone } from './clinic-time-zone.ts';
import {
  type AuthServer,
  bearer,
  startAuthServer,
  type TestClinic,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  clinic = await testClinic(server, 'Oakwood');
});
afterAll(async () => {
  await server.close();
  await test.close();
});

it('is told to whoever signs in, and none of the other secrets', async () => {
  const password = 'correct horse battery';
  await server
    .repository(0)
    .createResource({ resourceType: 'Project', id: clinic.projectId }, { assignedId: true })
    .catch(() => undefined);
  await testMember(server, clinic, { email: 'admin@oakwood.example', password, admin: true });
  const signIn = async () =>
    bearer((await tokensFor(server, { email: 'admin@oakwood.example', password })).body.access_token);
  const secrets = [
    { name: 'TIME_ZONE', valueString: 'America/New_York' },
    { name: 'KEY', valueString: 'hush-hush-42' },
  ];
  expect((await server.json(`/admin/projects/${clinic.projectId}/secrets`, secrets, await signIn())).status).toBe(200);
  const me = await server.get('/auth/me', await signIn());
  expect(me.body).toMatchObject({
    project: { setting: expect.arrayContaining([{ name: 'timeZone', valueString: 'America/New_York' }]) },
  });
  expect(JSON.stringify(me.body)).not.toContain('hush-hush');
  const look = await server.get(`/auth/branding?project=${clinic.projectId}`);
  expect(look.body).toMatchObject({ name: 'Oakwood', timeZone: 'America/New_York' });
});

it('is none where the clinic has none, or one that does not exist', () => {
  expect(clinicTimeZone({ resourceType: 'Project' })).toBeUndefined();
  const wrong = [{ name: 'TIME_ZONE', valueString: 'Mars/Olympus' }];
  expect(clinicTimeZone({ resourceType: 'Project', secret: wrong })).toBeUndefined();
});
