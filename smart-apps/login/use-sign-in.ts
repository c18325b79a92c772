import type { MedplumClient } from '@medplum/core';
import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../client/index.ts';
import {
  closeUnlockWindow,
  fieldErrors,
  makePasskey,
  PasskeyCancelledError,
  problemOf,
  signWithPasskey,
} from '../client/index.ts';
import type { LoginPurpose } from './auth-request.ts';
import { loginBody, redirectWithCode, redirectWithError } from './auth-request.ts';
import type { SignInAnswer, SignInStep } from './sign-in-answer.ts';
import { nextStep } from './sign-in-answer.ts';

/** The sign-in with its commands. */
export interface SignIn {
  readonly current: SignInStep;
  readonly busy: boolean;
  readonly problem?: Problem;
  readonly fields: ReadonlyMap<string, string>;
  /** Goes on with a step that was begun elsewhere, such as at another company's sign-in. */
  readonly resume: (login: string) => void;
  readonly submit: (email: string, password: string) => void;
  /** Signs in with a passkey alone. */
  readonly passkey: () => void;
  /** Goes to the sign-in of an organisation. */
  readonly external: (provider: string) => void;
  /** Answers the current step: `auth/<door>` with the login and what the person chose. */
  readonly answer: (door: AnswerDoor, choice: Readonly<Record<string, unknown>>) => void;
  /** The second factor by passkey. */
  readonly verifyWithPasskey: () => void;
  /** Makes a passkey where one is demanded. */
  readonly enrolPasskey: () => void;
  readonly deny: () => void;
  readonly restart: () => void;
}

type AnswerDoor = 'profile' | 'mfa/verify' | 'mfa/login-enroll' | 'patient' | 'encounter' | 'scope';

/** What an app, or this page for the workspace, sends with every way to begin. */
async function beginning(medplum: MedplumClient, purpose: LoginPurpose): Promise<Record<string, unknown>> {
  return purpose.kind === 'authorize' ? loginBody(purpose.request) : { ...(await medplum.ensureCodeChallenge({})) };
}

async function finish(medplum: MedplumClient, purpose: LoginPurpose, code: string): Promise<void> {
  if (purpose.kind === 'authorize') {
    window.location.replace(redirectWithCode(purpose.request, code));
    return;
  }
  await medplum.processCode(code);
  closeUnlockWindow();
  window.location.replace(purpose.next);
}

function problemWords(error: unknown): Problem {
  return error instanceof PasskeyCancelledError
    ? { kind: 'invalid', title: 'No passkey', detail: error.message }
    : problemOf(error);
}

/** The requests of a sign-in; each answers with the next step. */
function requests(medplum: MedplumClient, purpose: LoginPurpose) {
  const post = <T = SignInAnswer>(door: string, body: unknown): Promise<T> => medplum.post(`auth/${door}`, body);
  return {
    post,
    resume: (login: string): Promise<SignInAnswer> => medplum.get(`auth/login/${encodeURIComponent(login)}`),
    password: async (email: string, password: string): Promise<SignInAnswer> =>
      post('login', { email, password, ...(await beginning(medplum, purpose)) }),
    passkey: async (): Promise<SignInAnswer> => {
      const { options } = await post<{ options: PublicKeyCredentialRequestOptionsJSON }>('passkey/options', {});
      const response = await signWithPasskey(options);
      return post('login/passkey', { response, ...(await beginning(medplum, purpose)) });
    },
    secondPasskey: async (login: string): Promise<SignInAnswer> => {
      const { options } = await post<{ options: PublicKeyCredentialRequestOptionsJSON }>('passkey/options', { login });
      return post('mfa/verify', { login, response: await signWithPasskey(options) });
    },
    enrolPasskey: async (login: string): Promise<SignInAnswer> => {
      const begun = await post('mfa/login-enroll', { login, method: 'passkey' });
      if (!begun.passkeyOptions) {
        return begun;
      }
      const response = await makePasskey(begun.passkeyOptions);
      return post('mfa/login-enroll', { login, method: 'passkey', response });
    },
    external: async (provider: string): Promise<string> => {
      const body = { provider, search: window.location.search, ...(await beginning(medplum, purpose)) };
      return (await post<{ redirect: string }>('external/start', body)).redirect;
    },
  };
}

/** Leads from e-mail and password, a passkey or another company's sign-in through every step that the server asks for. */
export function useSignIn(medplum: MedplumClient, purpose: LoginPurpose): SignIn {
  const [current, setCurrent] = useState<SignInStep>({ step: 'credentials' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [fields, setFields] = useState<ReadonlyMap<string, string>>(new Map());
  const ask = requests(medplum, purpose);
  const login = 'login' in current ? current.login : '';
  const ended = useRef(false);
  useEffect(() => {
    ended.current = false;
    return () => {
      ended.current = true;
    };
  }, []);

  const failed = (error: unknown): void => {
    const atFields = fieldErrors(error);
    setFields(atFields);
    setProblem(atFields.size > 0 && !atFields.has('response') ? undefined : problemWords(error));
    setCurrent((step) => (step.step === 'done' ? { step: 'credentials' } : step));
  };
  const run = async (request: () => Promise<SignInAnswer>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setFields(new Map());
    try {
      const next = nextStep(await request());
      setCurrent(next);
      if (next.step === 'done') {
        await finish(medplum, purpose, next.code);
        return;
      }
    } catch (error) {
      failed(error);
    }
    if (!ended.current) {
      setBusy(false);
    }
  };
  const leave = async (provider: string): Promise<void> => {
    setBusy(true);
    try {
      window.location.assign(await ask.external(provider));
    } catch (error) {
      failed(error);
      setBusy(false);
    }
  };
  const deny = async (): Promise<void> => {
    await ask.post('deny', { login }).catch(() => undefined);
    if (purpose.kind === 'authorize') {
      window.location.replace(redirectWithError(purpose.request, 'access_denied'));
    }
  };

  return {
    current,
    busy,
    problem,
    fields,
    resume: (begun) => void run(() => ask.resume(begun)),
    submit: (email, password) => void run(() => ask.password(email, password)),
    passkey: () => void run(ask.passkey),
    external: (provider) => void leave(provider),
    answer: (door, choice) => void run(() => ask.post(door, { login, ...choice })),
    verifyWithPasskey: () => void run(() => ask.secondPasskey(login)),
    enrolPasskey: () => void run(() => ask.enrolPasskey(login)),
    deny: () => void deny(),
    restart: () => {
      setProblem(undefined);
      setFields(new Map());
      setCurrent({ step: 'credentials' });
    },
  };
}
