import type { WithId } from '@medplum/core';
import { createReference } from '@medplum/core';
import type { ClientApplication, Practitioner, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { Operation } from '../repository/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { BRAND, brandSettings } from './branding.ts';
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
/** A clinic as it is asked for. */
export const NEW_CLINIC = BRAND.extend({
  name: z.string().min(1, 'with 1 to 200 characters is needed').max(200),
  ownerEmail: z.email().max(320).optional(),
  /** Reference of an account that is there. */
  owner: z.string().optional(),
  requireMfa: z.boolean().optional(),
  secondApprover: z.boolean().optional(),
});
export type ClinicRequest = z.infer<typeof NEW_CLINIC>;

/** What is asked for, as Parameters or as plain JSON. @throws FhirError 400 */
function inputOf(body: unknown): ClinicRequest {
  const parameters = PARAMETERS.safeParse(body);
  const plain = parameters.success
    ? Object.fromEntries(
        parameters.data.parameter.map((one) => [
          one.name,
          one.valueString ?? one.valueBoolean ?? one.valueReference?.reference,
        ]),
      )
    : body;
  const input = NEW_CLINIC.safeParse(plain);
  if (!input.success) {
    const issue = input.error.issues[0];
    const name = issue?.path.join('.') || 'name';
    throw invalid('project-init', `The parameter ${name} ${issue?.message}`, name);
  }
  return input.data;
}

/** The owner's account; a new one when the address is not known, to which an invitation is sent. */
async function ownerOf(deps: AuthDependencies, input: ClinicRequest): Promise<WithId<User> | undefined> {
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

/** A new project and the client that has its full rights. */
export interface InitializedClinic extends NewClinic {
  readonly client: WithId<ClientApplication>;
}

/** Makes a project with its owner and a default client that has its full rights. */
export async function initProject(deps: AuthDependencies, project: NewProject): Promise<InitializedClinic> {
  const clinic = await createClinic(deps, project);
  if (project.owner) {
    await addOwner(deps, clinic, project.owner);
  }
  const client = await createClient(deps, clinic, { name: `${project.name} default client` }, { admin: true });
  return { ...clinic, client };
}

/** Makes a clinic as it is asked for: project, owner with an invitation by mail, look, and client. @throws FhirError 400 */
export async function initClinic(deps: AuthDependencies, request: ClinicRequest): Promise<InitializedClinic> {
  const { name, ownerEmail: _, owner: __, requireMfa, secondApprover, ...brand } = request;
  const owner = await ownerOf(deps, request);
  return initProject(deps, { name, requireMfa, secondApprover, owner, settings: brandSettings(brand) });
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
      const { project } = await initClinic(deps, inputOf(body));
      return { status: 201, resource: project, headers: { Location: `${deps.baseUrl}/fhir/R4/Project/${project.id}` } };
    },
  };
}
