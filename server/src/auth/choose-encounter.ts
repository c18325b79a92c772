import { OperationOutcomeError, Operator } from '@medplum/core';
import type { Encounter, Period } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid, notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { recordsOf } from './choose-patient.ts';
import { factorDemand } from './factor-demand.ts';
import { type Session, setEncounter } from './session.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { signInOf } from './sign-in-steps.ts';
import { needsEncounter, needsPatient } from './smart-launch.ts';

/** `POST auth/encounters`. */
export const ENCOUNTERS = z.object({ login: z.string() });

/** `POST auth/encounter`: the choice. */
export const CHOOSE_ENCOUNTER = z.object({
  login: z.string(),
  encounter: z.string().regex(/^(?:Encounter\/)?[A-Za-z0-9\-.]{1,64}$/),
});

const SHOWN = 20;

/** The sign-in of an app that waits for an encounter of the patient chosen before. @throws FhirError 400 */
async function waiting(deps: AuthDependencies, login: string): Promise<Session> {
  const session = await signInOf(deps, login);
  const isAsked = session.membership !== '' && needsEncounter(session) && !needsPatient(session);
  if (!isAsked || (await factorDemand(deps, session))) {
    throw invalid('encounter-not-asked', 'This sign-in does not ask for an encounter');
  }
  return session;
}

/** What the choice shows of an encounter. */
export interface ShownEncounter {
  readonly id: string;
  readonly status: string;
  readonly type?: string;
  readonly period?: Period;
}

function shown({ id, status, type, class: kind, period }: Encounter): ShownEncounter {
  const text = type?.[0]?.text ?? type?.[0]?.coding?.[0]?.display ?? kind?.display;
  return { id: id ?? '', status, ...(text && { type: text }), ...(period && { period }) };
}

/** The patient's latest twenty encounters that the person may see. @throws FhirError 400, 403 */
export async function listEncounters(
  deps: AuthDependencies,
  { login }: z.infer<typeof ENCOUNTERS>,
): Promise<{ readonly encounters: readonly ShownEncounter[] }> {
  const session = await waiting(deps, login);
  const records = await recordsOf(deps, session);
  const encounters = await records.searchResources<Encounter>({
    resourceType: 'Encounter',
    count: SHOWN,
    filters: [{ code: 'subject', operator: Operator.EQUALS, value: `Patient/${session.patient}` }],
    sortRules: [{ code: 'date', descending: true }],
  });
  return { encounters: encounters.map(shown) };
}

/** Puts the chosen encounter into the context of the app. @throws FhirError 400 for one of another patient, or out of sight. */
export async function chooseEncounter(
  deps: AuthDependencies,
  request: z.infer<typeof CHOOSE_ENCOUNTER>,
): Promise<SignInAnswer> {
  const session = await waiting(deps, request.login);
  const encounter = request.encounter.replace('Encounter/', '');
  try {
    const found = await (await recordsOf(deps, session)).readResource<Encounter>('Encounter', encounter);
    if (found.subject?.reference !== `Patient/${session.patient}`) {
      throw notFound();
    }
  } catch (error) {
    if (error instanceof OperationOutcomeError) {
      throw invalid('encounter-unknown', 'The encounter is not one you may choose', 'encounter');
    }
    throw error;
  }
  return nextStep(deps, (await setEncounter(deps.database, session.id, encounter)) ?? session);
}
