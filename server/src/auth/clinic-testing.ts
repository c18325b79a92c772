import type { WithId } from '@medplum/core';
import type { Practitioner, ProjectMembership, User } from '@medplum/fhirtypes';
import { createTestDatabase } from '../database/testing.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { type AuthServer, startAuthServer, type TestClinic, testClinic, testMember } from './testing.ts';

/** How a person of a test signs in. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The auth room over a database of its own, with one clinic and one person of it. */
export interface ClinicServer extends AuthServer {
  readonly clinic: TestClinic;
  readonly member: {
    readonly user: WithId<User>;
    readonly profile: WithId<Practitioner>;
    readonly membership: WithId<ProjectMembership>;
  };
}

/** Opens the auth room for one test file; closing it closes the database too. */
export async function startClinicServer(
  person: Credentials,
  more: Partial<AuthDependencies> = {},
): Promise<ClinicServer> {
  const test = await createTestDatabase();
  const server = await startAuthServer(test.database, more);
  const clinic = await testClinic(server, 'Oakwood');
  const member = await testMember(server, clinic, person);
  return {
    ...server,
    clinic,
    member,
    async close() {
      await server.close();
      await test.close();
    },
  };
}
