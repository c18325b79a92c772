/**
 * The unchanged MedplumClient signs in, and stays signed in.
 * @see https://www.medplum.com/docs/auth
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClientStorage, MedplumClient, MemoryStorage } from '@medplum/core';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createAuth } from './create-auth.ts';
import { type AuthFixture, authFixture, type TestClinic, testClient, testClinic, testMember } from './testing.ts';

let test: TestDatabase;
let fixture: AuthFixture;
let server: Server;
let clinic: TestClinic;
let baseUrl: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const app = express();
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  fixture = await authFixture(test.database, baseUrl);
  app.use(createAuth(fixture.deps).router);
  clinic = await testClinic(fixture, 'Oakwood');
  await testMember(fixture, clinic, { email: 'maria@oakwood.example', password: 'correct horse battery' });
  Object.assign(globalThis, { window: globalThis });
});
afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'window');
  server.close();
  await test.close();
});

const newClient = (): MedplumClient => new MedplumClient({ baseUrl, storage: new ClientStorage(new MemoryStorage()) });

describe('MedplumClient', () => {
  it('signs a person in with e-mail and password, and out again', async () => {
    const medplum = newClient();
    const answer = await medplum.startLogin({ email: 'Maria@Oakwood.example', password: 'correct horse battery' });
    expect(answer.code).toBeTypeOf('string');
    const profile = await medplum.processCode(answer.code as string, { redirectUri: baseUrl });
    expect(profile).toMatchObject({ resourceType: 'Practitioner', name: [{ family: 'Lopez' }] });
    expect(medplum.getProject()?.name).toBe('Oakwood');
  });

  it('shows a wrong password as an outcome', async () => {
    await expect(newClient().startLogin({ email: 'maria@oakwood.example', password: 'wrong' })).rejects.toThrow(
      'Email or password is invalid',
    );
  });

  it('signs a client in by its secret', async () => {
    const client = await testClient(fixture, clinic, { name: 'Loader', secret: 'a-very-long-secret' });
    const profile = await newClient().startClientLogin(client.id, 'a-very-long-secret');
    expect(profile).toMatchObject({ resourceType: 'ClientApplication', name: 'Loader' });
    expect(profile).not.toHaveProperty('secret');
    await expect(newClient().startClientLogin(client.id, 'wrong')).rejects.toThrow();
  });
});
