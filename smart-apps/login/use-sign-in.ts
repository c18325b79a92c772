import type { LoginAuthenticationResponse, MedplumClient } from '@medplum/core';
import type { ProjectMembership } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { Problem } from '../client/index.ts';
import { fieldErrors, problemOf } from '../client/index.ts';
import type { LoginPurpose } from './auth-request.ts';
import { loginBody, redirectWithCode, redirectWithError } from './auth-request.ts';

/** Where the sign-in stands. */
export type SignInStep =
  | { readonly step: 'credentials' }
  | { readonly step: 'profile'; readonly login: string; readonly memberships: readonly ProjectMembership[] }
  | { readonly step: 'code'; readonly login: string }
  | { readonly step: 'consent'; readonly login: string }
  | { readonly step: 'done' };

/** The sign-in with its commands. */
export interface SignIn {
  readonly current: SignInStep;
  readonly busy: boolean;
  readonly problem?: Problem;
  readonly fields: ReadonlyMap<string, string>;
  readonly submit: (email: string, password: string) => void;
  readonly choose: (membershipId: string) => void;
  readonly verify: (token: string) => void;
  readonly agree: (scope: string) => void;
  readonly deny: () => void;
  readonly restart: () => void;
}

/** The next step that an answer of the server asks for. */
export function nextStep(answer: LoginAuthenticationResponse): SignInStep & { code?: string } {
  if (answer.code) {
    return { step: 'done', code: answer.code };
  }
  if (answer.mfaRequired) {
    return { step: 'code', login: answer.login };
  }
  return answer.memberships
    ? { step: 'profile', login: answer.login, memberships: answer.memberships }
    : { step: 'consent', login: answer.login };
}

async function finish(medplum: MedplumClient, purpose: LoginPurpose, code: string): Promise<void> {
  if (purpose.kind === 'authorize') {
    window.location.replace(redirectWithCode(purpose.request, code));
    return;
  }
  await medplum.processCode(code);
  window.location.replace(purpose.next);
}

/** Leads through e-mail and password, a second factor when asked, and the choice among several memberships. */
export function useSignIn(medplum: MedplumClient, purpose: LoginPurpose): SignIn {
  const [current, setCurrent] = useState<SignInStep>({ step: 'credentials' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [fields, setFields] = useState<ReadonlyMap<string, string>>(new Map());

  const run = async (ask: () => Promise<LoginAuthenticationResponse>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setFields(new Map());
    try {
      const next = nextStep(await ask());
      setCurrent(next);
      if (next.code) {
        await finish(medplum, purpose, next.code);
        return;
      }
    } catch (error) {
      const atFields = fieldErrors(error);
      setFields(atFields);
      setProblem(atFields.size > 0 ? undefined : problemOf(error));
      setCurrent((step) => (step.step === 'done' ? { step: 'credentials' } : step));
    }
    setBusy(false);
  };

  const begin = (email: string, password: string): Promise<LoginAuthenticationResponse> =>
    purpose.kind === 'authorize'
      ? medplum.post('auth/login', { email, password, ...loginBody(purpose.request) })
      : medplum.startLogin({ email, password });

  return {
    current,
    busy,
    problem,
    fields,
    submit: (email, password) => void run(() => begin(email, password)),
    choose: (profile) =>
      void run(() => medplum.post('auth/profile', { login: 'login' in current ? current.login : '', profile })),
    verify: (token) =>
      void run(() => medplum.post('auth/mfa/verify', { login: 'login' in current ? current.login : '', token })),
    agree: (scope) =>
      void run(() => medplum.post('auth/scope', { login: 'login' in current ? current.login : '', scope })),
    deny: () => {
      if (purpose.kind === 'authorize') {
        window.location.replace(redirectWithError(purpose.request, 'access_denied'));
      }
    },
    restart: () => setCurrent({ step: 'credentials' }),
  };
}
