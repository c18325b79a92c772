import { randomUUID } from 'node:crypto';
import { OperationOutcomeError } from '@medplum/core';
import type { AccessInteraction, AccessRule } from '../access/index.ts';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AppState, StateOwner } from './app-state-store.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';

/** Whose states a caller may have: those of one person in one app. @throws FhirError 403 */
export function ownerOf(state: AuthState): StateOwner {
  const { tenant, clientId } = state.context;
  if (!clientId || !state.userReference.startsWith('User/')) {
    throw forbidden('app-required', 'App state belongs to an app that a person let in');
  }
  return { tenant, client: clientId, userId: state.userReference.slice('User/'.length) };
}

/** What of a state its rules are about. */
type Scoped = Pick<AppState, 'code' | 'subject'>;

/** The only constraints that make sense here: a code, and the compartment of the patient in context. Others grant nothing. */
function permits({ criteria }: AccessRule, { code, subject }: Scoped): boolean {
  const parameters = [...new URLSearchParams(criteria?.split('?')[1] ?? '')];
  return parameters.every(([name, value]) =>
    name === 'code' ? value === code : name === '_compartment' ? value === subject : false,
  );
}

/** Do the app's scopes let it do this with such a state? Apps of this server without scopes on records may. */
export function mayDo(state: AuthState, interaction: AccessInteraction, scoped: Scoped): boolean {
  const scopes = state.grant.ruleSets.find(({ source }) => source === 'scope');
  return scopes === undefined || scopes.rulesFor('Basic', interaction).some((rule) => permits(rule, scoped));
}

/** Has the app any scope for this at all? @throws FhirError 403 */
export function checkScope(state: AuthState, interaction: AccessInteraction): void {
  const scopes = state.grant.ruleSets.find(({ source }) => source === 'scope');
  if (scopes && scopes.rulesFor('Basic', interaction).length === 0) {
    throw forbidden('scope-insufficient', 'The app was not granted this on Basic');
  }
}

/** Whom a state is about must be the person, the patient in context, or another whom she and the app may see. @throws FhirError 400, in the same words for who is not there */
export async function checkSubject(deps: AuthDependencies, state: AuthState, subject: string): Promise<void> {
  const [type, id] = subject.split('/');
  const isGiven = subject === '' || subject === state.profileReference || subject === `Patient/${state.patient}`;
  if (isGiven || !deps.repositoryFor) {
    return;
  }
  const unknown = invalid('subject-unknown', 'The subject is not one you may see', 'Basic.subject');
  if (type !== 'Patient' || !id) {
    throw unknown;
  }
  try {
    await deps.repositoryFor({ ...state.context, requestId: randomUUID() }, state.grant).readResource('Patient', id);
  } catch (error) {
    throw error instanceof OperationOutcomeError ? unknown : error;
  }
}
