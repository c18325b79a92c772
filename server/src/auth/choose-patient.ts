import { randomUUID } from 'node:crypto';
import { OperationOutcomeError, Operator } from '@medplum/core';
import type { Encounter, Patient } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid, notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { factorDemand } from './factor-demand.ts';
import { createGrants, loadMember } from './member.ts';
import { type Session, setPatient } from './session.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { signInOf } from './sign-in-steps.ts';
import { needsPatient } from './smart-launch.ts';

/** `POST auth/patients`: whom the person may choose, by a part of the name. */
export const PATIENTS = z.object({ login: z.string(), name: z.string().max(100).optional() });

/** `POST auth/patient`: the choice, with an encounter of that patient where the app is to have one. */
export const CHOOSE_PATIENT = z.object({
  login: z.string(),
  patient: z.string().regex(/^(?:Patient\/)?[A-Za-z0-9\-.]{1,64}$/),
  encounter: z
    .string()
    .regex(/^(?:Encounter\/)?[A-Za-z0-9\-.]{1,64}$/)
    .optional(),
});

const SHOWN = 20;
const grantOf = createGrants();

/** The sign-in of an app that waits for a patient. @throws FhirError 400 */
async function waiting(deps: AuthDependencies, login: string): Promise<Session> {
  const session = await signInOf(deps, login);
  if (!session.membership || !needsPatient(session) || (await factorDemand(deps, session))) {
    throw invalid('patient-not-asked', 'This sign-in does not ask for a patient');
  }
  return session;
}

/** The records as the person sees them by her policies alone. */
export async function recordsOf(deps: AuthDependencies, session: Session) {
  const member = await loadMember(deps.database, session.tenant, session.membership);
  if (!member || !deps.repositoryFor) {
    throw notFound();
  }
  const context = {
    requestId: randomUUID(),
    tenant: session.tenant,
    projectId: member.project.id,
    author: member.membership.profile.reference ?? '',
    clientId: session.clientId || undefined,
    loginId: session.id,
    depth: 0,
  };
  return deps.repositoryFor(context, grantOf(member, { scope: '' }));
}

/** What the choice shows of a patient. */
export interface ShownPatient {
  readonly id: string;
  readonly name?: string;
  readonly birthDate?: string;
  readonly gender?: string;
}

function shown({ id, name, birthDate, gender }: Patient): ShownPatient {
  const first = name?.[0];
  const text = first?.text ?? [...(first?.given ?? []), first?.family].filter(Boolean).join(' ');
  return { id: id ?? '', ...(text && { name: text }), ...(birthDate && { birthDate }), ...(gender && { gender }) };
}

/** Twenty patients at most whom the person may see. @throws FhirError 400, 403 */
export async function listPatients(
  deps: AuthDependencies,
  { login, name }: z.infer<typeof PATIENTS>,
): Promise<{ readonly patients: readonly ShownPatient[] }> {
  const records = await recordsOf(deps, await waiting(deps, login));
  const patients = await records.searchResources<Patient>({
    resourceType: 'Patient',
    count: SHOWN,
    ...(name && { filters: [{ code: 'name', operator: Operator.EQUALS, value: name }] }),
    sortRules: [{ code: 'family' }],
  });
  return { patients: patients.map(shown) };
}

/** Puts the chosen patient into the context of the app. @throws FhirError 400 for one whom the person may not see. */
export async function choosePatient(
  deps: AuthDependencies,
  request: z.infer<typeof CHOOSE_PATIENT>,
): Promise<SignInAnswer> {
  const session = await waiting(deps, request.login);
  const records = await recordsOf(deps, session);
  const patient = request.patient.replace('Patient/', '');
  const encounter = request.encounter?.replace('Encounter/', '') ?? '';
  try {
    await records.readResource<Patient>('Patient', patient);
    const subject = encounter && (await records.readResource<Encounter>('Encounter', encounter)).subject?.reference;
    if (encounter && subject !== `Patient/${patient}`) {
      throw notFound();
    }
  } catch (error) {
    if (error instanceof OperationOutcomeError) {
      throw invalid('patient-unknown', 'The patient is not one you may choose', 'patient');
    }
    throw error;
  }
  return nextStep(deps, (await setPatient(deps.database, session.id, { patient, encounter })) ?? session);
}
