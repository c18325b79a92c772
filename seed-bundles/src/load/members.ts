import type { ProjectMembershipAccess, RelatedPerson } from '@medplum/fhirtypes';
import { identifierSystem } from '@mindbridge/fhir-profiles';
import { seedEntry, seedIdentifier } from '../clinic/seed-entry.ts';
import { type Clinic, demoPassword, emailOf, type Person, personKey } from '../clinic/staff.ts';
import type { LoadedClinic } from './clinic-loading.ts';
import type { DemoUser } from './demo-file.ts';
import { search, transaction } from './fhir-client.ts';
import { type Api, ApiError, textAt } from './http-api.ts';

/** What an invitation needs beside the person. */
export interface InviteContext {
  /** The API as the super-admin. */
  readonly admin: Api;
  /** The API as the clinic's client. */
  readonly client: Api;
  readonly clinic: Clinic;
  readonly projectId: string;
  readonly loaded: LoadedClinic;
  /** References of the policies by name. */
  readonly policies: ReadonlyMap<string, string>;
}

async function patientReference({ client }: InviteContext, { patientNumber }: Person): Promise<string> {
  const [patient] = await search(client, `Patient?identifier=${identifierSystem.patientNumber}|${patientNumber}`);
  return `Patient/${textAt(patient, 'id')}`;
}

async function relatedPerson(context: InviteContext, person: Person, patient: string): Promise<string> {
  const resource: RelatedPerson = {
    resourceType: 'RelatedPerson',
    identifier: [seedIdentifier(personKey(context.clinic, person))],
    active: true,
    patient: { reference: patient },
    relationship: [{ text: 'Family member' }],
    name: [{ family: person.family, given: [person.given] }],
    telecom: [{ system: 'email', value: emailOf(context.clinic, person) }],
  };
  const [reference] = await transaction(context.client, [seedEntry(resource)]);
  if (!reference) {
    throw new Error(`RelatedPerson ${person.given} ${person.family} was not loaded`);
  }
  return reference;
}

/** Who the person is in the record, and the values of the policy's parameters. */
async function identityOf(
  context: InviteContext,
  person: Person,
): Promise<{ profile: string; parameters: Readonly<Record<string, string>> }> {
  if (person.role === 'patient' || person.role === 'proxy') {
    const patient = await patientReference(context, person);
    const profile = person.role === 'patient' ? patient : await relatedPerson(context, person, patient);
    return { profile, parameters: { patient } };
  }
  const profile = context.loaded.practitioner(person);
  const team = context.loaded.references.team;
  const parameters = { 'case-manager': { panel: profile }, supervisor: { team } };
  return { profile, parameters: person.role in parameters ? parameters[person.role as keyof typeof parameters] : {} };
}

/** The user as demo.json lists them. */
export function demoUser(clinic: Clinic, person: Person): DemoUser {
  return {
    email: emailOf(clinic, person),
    password: demoPassword(clinic, person),
    role: person.role,
    name: `${person.given} ${person.family}`,
  };
}

/** Invites one person into the clinic's project, with a password, a policy, and the policy's parameters. Inviting again changes nothing. */
export async function invite(context: InviteContext, person: Person): Promise<DemoUser> {
  const { admin, clinic, projectId, policies } = context;
  const policy = policies.get(person.role);
  if (!policy) {
    throw new Error(`There is no AccessPolicy ${person.role}`);
  }
  const { profile, parameters } = await identityOf(context, person);
  const access: ProjectMembershipAccess = {
    policy: { reference: policy, display: person.role },
    parameter: Object.entries(parameters).map(([name, reference]) => ({ name, valueReference: { reference } })),
  };
  const user = demoUser(clinic, person);
  const request = {
    resourceType: profile.split('/')[0],
    firstName: person.given,
    lastName: person.family,
    email: user.email,
    password: user.password,
    scope: 'server',
    sendEmail: false,
    upsert: true,
    membership: {
      profile: { reference: profile, display: user.name },
      access: [access],
      admin: person.role === 'admin',
    },
  };
  try {
    await admin.post(`admin/projects/${projectId}/invite`, request);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) {
      throw error;
    }
  }
  return user;
}
