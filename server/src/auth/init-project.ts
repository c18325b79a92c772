import type { WithId } from '@medplum/core';
import { createReference } from '@medplum/core';
import type { Practitioner, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { Operation } from '../repository/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import {
  createClient,
  createClinic,
  createMembership,
  type NewClinic,
  type NewProject,
  personReference,
} from './clinic.ts';
import { findByReference, findUserByEmail } from './find-resource.ts';
import { sendSecurityMail } from './security-mail.ts';

const PARAMETERS = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.array(
    z.object({
      name: z.string(),
      valueString: z.string().optional(),
      valueBoolean: z.boolean().optional(),
      valueReference: z.object({ reference: z.string() }).optional(),
    }),
  ),
});
const PLAIN = z.object({
  name: z.string().optional(),
  ownerEmail: z.string().optional(),
  owner: z.string().optional(),
  requireMfa: z.boolean().optional(),
  secondApprover: z.boolean().optional(),
});

interface Input {
  readonly name?: string;
  readonly ownerEmail?: string;
  readonly owner?: string;
  readonly requireMfa?: boolean;
  readonly secondApprover?: boolean;
}

function inputOf(body: unknown): Input {
  const parameters = PARAMETERS.safeParse(body);
  if (!parameters.success) {
    return PLAIN.safeParse(body).data ?? {};
  }
  const get = (name: string) => parameters.data.parameter.find((parameter) => parameter.name === name);
  return {
    name: get('name')?.valueString,
    ownerEmail: get('ownerEmail')?.valueString,
    owner: get('owner')?.valueReference?.reference,
    requireMfa: get('requireMfa')?.valueBoolean,
    secondApprover: get('secondApprover')?.valueBoolean,
  };
}

/** The owner's account; a new one when the address is not known, to which an invitation is sent. */
async function ownerOf(deps: AuthDependencies, input: Input): Promise<WithId<User> | undefined> {
  if (input.owner) {
    const user = await findByReference<User>(deps.database, 0, input.owner);
    if (!user) {
      throw invalid('owner-unknown', 'The owner is not known', 'owner');
    }
    return user;
  }
  if (!input.ownerEmail) {
    return undefined;
  }
  if (!z.email().safeParse(input.ownerEmail).success) {
    throw invalid('owner-email', 'ownerEmail is no e-mail address', 'ownerEmail');
  }
  const existing = await findUserByEmail(deps.database, input.ownerEmail, '');
  if (existing) {
    return existing;
  }
  const [firstName = 'Owner'] = input.ownerEmail.split('@');
  const user = await deps.systemRepository(0).createResource<User>({
    resourceType: 'User',
    firstName,
    lastName: 'Owner',
    email: input.ownerEmail.toLowerCase(),
  });
  await sendSecurityMail(deps, 'invite', user);
  return user;
}

/** Makes a person the owner of a project: a Practitioner profile and an admin membership without a policy. */
export async function addOwner(deps: AuthDependencies, clinic: NewClinic, user: WithId<User>) {
  const profile = await deps.systemRepository(clinic.tenant).createResource<Practitioner>({
    resourceType: 'Practitioner',
    name: [{ given: [user.firstName], family: user.lastName }],
    ...(user.email && { telecom: [{ system: 'email', value: user.email }] }),
  });
  return createMembership(deps, clinic, {
    user: { ...createReference(user), display: `${user.firstName} ${user.lastName}` },
    profile: personReference(profile),
    admin: true,
    ...(user.email && { userName: user.email }),
  });
}

/** Makes a project with its owner and a default client that has its full rights. */
export async function initProject(deps: AuthDependencies, project: NewProject): Promise<NewClinic> {
  const clinic = await createClinic(deps, project);
  if (project.owner) {
    await addOwner(deps, clinic, project.owner);
  }
  await createClient(deps, clinic, { name: `${project.name} default client` }, { admin: true });
  return clinic;
}

/** `POST Project/$init` of the platform's operators. @see https://www.medplum.com/docs/api/fhir/operations/project-init */
export function initProjectOperation(deps: AuthDependencies): Operation {
  return {
    name: '$init',
    level: 'type',
    types: ['Project'],
    methods: ['POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/project-init',
    async handle({ context, body }) {
      if (context.tenant !== 0) {
        throw forbidden('super-admin-required', 'Only operators of the platform may create projects this way');
      }
      const input = inputOf(body);
      if (input.name === undefined || input.name === '' || input.name.length > 200) {
        throw invalid('name-missing', 'The parameter name with 1 to 200 characters is needed', 'name');
      }
      const { name, requireMfa, secondApprover } = input;
      const owner = await ownerOf(deps, input);
      const { project } = await initProject(deps, { name, requireMfa, secondApprover, owner });
      return { status: 201, resource: project, headers: { Location: `${deps.baseUrl}/fhir/R4/Project/${project.id}` } };
    },
  };
}
