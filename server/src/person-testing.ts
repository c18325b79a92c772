import { randomUUID } from 'node:crypto';
import type { AccessPolicy, Practitioner, ProjectMembership, Reference, User } from '@medplum/fhirtypes';
import { hashPassword } from './auth/password.ts';
import { pkce } from './auth/testing.ts';
import type { TestClinic, TestServer } from './testing.ts';

/** Somebody who can sign in to a test server. */
export interface TestPerson {
  readonly email: string;
  readonly password: string;
  /** Such as `Practitioner/123`. */
  readonly profile: string;
  readonly membership: ProjectMembership & { readonly id: string };
}

const PASSWORD = 'a phrase for tests only';

/** Makes a person of a clinic with a policy, as a Practitioner or with a profile that is there already. */
export async function personOf(
  server: TestServer,
  clinic: TestClinic,
  policy: AccessPolicy,
  more: {
    readonly profile?: Reference<Practitioner>;
    readonly admin?: boolean;
    readonly parameter?: NonNullable<NonNullable<ProjectMembership['access']>[number]['parameter']>;
  } = {},
): Promise<TestPerson> {
  const repository = server.house.systemRepository(clinic.tenant);
  const email = `${randomUUID()}@test.example`;
  const user = await server.house.systemRepository(0).createResource<User>({
    resourceType: 'User',
    firstName: 'Test',
    lastName: 'Person',
    email,
    passwordHash: await hashPassword(PASSWORD),
  });
  const profile =
    more.profile?.reference ??
    `Practitioner/${(await repository.createResource<Practitioner>({ resourceType: 'Practitioner', name: [{ family: 'Person' }] })).id}`;
  const { id } = await repository.createResource<AccessPolicy>(policy);
  const membership = await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: { reference: `User/${user.id}` },
    profile: { reference: profile },
    ...(more.admin && { admin: true }),
    access: [{ policy: { reference: `AccessPolicy/${id}` }, ...(more.parameter && { parameter: more.parameter }) }],
  });
  return { email, password: PASSWORD, profile, membership };
}

/** Signs a person in to the server itself; gives the access token. */
export async function signIn(server: TestServer, { email, password }: TestPerson): Promise<string> {
  const { verifier, challenge } = pkce();
  const login = await fetch(`${server.baseUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, codeChallenge: challenge, codeChallengeMethod: 'S256' }),
  });
  const { code } = (await login.json()) as { code: string };
  const tokens = await fetch(`${server.baseUrl}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier }),
  });
  return ((await tokens.json()) as { access_token: string }).access_token;
}
