import { randomUUID } from 'node:crypto';
import type { AccessPolicyResource, ClientApplication, Reference } from '@medplum/fhirtypes';
import type { TestAnswer, TestClinic, TestServer } from './testing.ts';

/** Somebody in a clinic under a policy, who comes in with Basic authentication. */
export interface TestMember {
  readonly clientId: string;
  readonly policyId: string;
  /** The header that it comes in with. */
  readonly authorization: string;
  request<T = never>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<TestAnswer<T>>;
}

/** Makes a member under rules; `profile` is the client itself unless one is given. */
export async function addMember(
  server: TestServer,
  clinic: TestClinic,
  resource: readonly AccessPolicyResource[],
  options: { readonly profile?: Reference; readonly policyName?: string } = {},
): Promise<TestMember> {
  const repository = server.house.systemRepository(clinic.tenant);
  const secret = randomUUID();
  const client = await repository.createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'x',
    secret,
  });
  const policy = await repository.createResource({
    resourceType: 'AccessPolicy',
    name: options.policyName ?? 'test',
    resource: [...resource],
  });
  const self = { reference: `ClientApplication/${client.id}` };
  await repository.createResource({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: self,
    profile: (options.profile ?? self) as typeof self,
    accessPolicy: { reference: `AccessPolicy/${policy.id}` },
  });
  const authorization = `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}`;
  return {
    clientId: client.id,
    policyId: policy.id,
    authorization,
    request: (method, path, body, headers) => clinic.request(method, path, body, { authorization, ...headers }),
  };
}
