import type { ProjectMembership } from '@medplum/fhirtypes';

/** A second factor, as the server names it. */
export type FactorMethod = 'totp' | 'passkey';

/** What the server answers to every step of a sign-in: what is there says what to ask for next. */
export interface SignInAnswer {
  readonly login: string;
  readonly code?: string;
  readonly memberships?: readonly ProjectMembership[];
  readonly mfaRequired?: boolean;
  readonly mfaMethods?: readonly FactorMethod[];
  readonly mfaEnrollRequired?: boolean;
  readonly allowedMfaMethods?: readonly FactorMethod[];
  readonly enrollUri?: string;
  readonly enrollQrCode?: string;
  readonly passkeyOptions?: PublicKeyCredentialCreationOptionsJSON;
  readonly patientNeeded?: boolean;
  readonly encounterNeeded?: boolean;
  readonly consent?: AskedConsent;
}

/** What an app of others asks for. */
export interface AskedConsent {
  readonly client: { readonly id: string; readonly name: string };
  readonly scope: string;
  /** The app keeps its access when the person has left. */
  readonly offline: boolean;
}

/** Where the sign-in stands; every step but the first belongs to a login of the server. */
export type SignInStep =
  | { readonly step: 'credentials' }
  | { readonly step: 'profile'; readonly login: string; readonly memberships: readonly ProjectMembership[] }
  | { readonly step: 'factor'; readonly login: string; readonly methods: readonly FactorMethod[] }
  | {
      readonly step: 'enrol';
      readonly login: string;
      readonly methods: readonly FactorMethod[];
      readonly uri?: string;
      readonly picture?: string;
    }
  | { readonly step: 'patient'; readonly login: string }
  | { readonly step: 'encounter'; readonly login: string }
  | { readonly step: 'consent'; readonly login: string; readonly asked: AskedConsent }
  | { readonly step: 'done'; readonly code: string };

/** A step by its name. */
export type StepOf<Name extends SignInStep['step']> = Extract<SignInStep, { step: Name }>;

function factorStep(answer: SignInAnswer): SignInStep | undefined {
  const { login } = answer;
  if (answer.mfaRequired) {
    return { step: 'factor', login, methods: answer.mfaMethods ?? ['totp'] };
  }
  return answer.mfaEnrollRequired
    ? {
        step: 'enrol',
        login,
        methods: answer.allowedMfaMethods ?? ['totp'],
        uri: answer.enrollUri,
        picture: answer.enrollQrCode,
      }
    : undefined;
}

function contextStep({ login, patientNeeded, encounterNeeded, consent }: SignInAnswer): SignInStep | undefined {
  if (patientNeeded) {
    return { step: 'patient', login };
  }
  if (encounterNeeded) {
    return { step: 'encounter', login };
  }
  return consent ? { step: 'consent', login, asked: consent } : undefined;
}

/** The next step that an answer of the server asks for. */
export function nextStep(answer: SignInAnswer): SignInStep {
  if (answer.code) {
    return { step: 'done', code: answer.code };
  }
  const next = factorStep(answer) ?? contextStep(answer);
  return next ?? { step: 'profile', login: answer.login, memberships: answer.memberships ?? [] };
}
