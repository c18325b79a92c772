import type { MedplumClient } from '@medplum/core';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Branding, Problem } from '../client/index.ts';
import { Notice } from '../ui/index.ts';
import type { LoginPurpose } from './auth-request.ts';
import type { DemoAccount } from './demo-accounts.ts';
import { fetchDemoAccounts } from './demo-accounts.ts';
import { DemoHint } from './demo-hint.tsx';
import type { SignInStep } from './sign-in-answer.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { Consent } from './steps/consent.tsx';
import { Credentials } from './steps/credentials.tsx';
import { EncounterChooser } from './steps/encounter-chooser.tsx';
import { EnrolFactor } from './steps/enrol-factor.tsx';
import { PatientChooser } from './steps/patient-chooser.tsx';
import { ProfileChooser } from './steps/profile-chooser.tsx';
import { SecondFactor } from './steps/second-factor.tsx';
import type { SignIn } from './use-sign-in.ts';
import { useSignIn } from './use-sign-in.ts';

const REASONS: Readonly<Record<string, string>> = {
  idle: 'You were signed out because nothing was done for 15 minutes.',
  expired: 'Your session has ended. Sign in to go on where you were.',
  'signed-out': 'You are signed out.',
  'password-set': 'Your password is set. Sign in with it.',
};

const HEADLINES: Readonly<Partial<Record<SignInStep['step'], readonly [title: string, subtitle: string]>>> = {
  profile: ['Choose your clinic', 'Your account belongs to more than one.'],
  factor: ['One more step', 'Show that it is you.'],
  enrol: ['Protect your account', 'Your clinic asks for a second proof besides the password. Set it up once.'],
  patient: ['Choose a patient', 'The app will see this patient’s record only.'],
  encounter: ['Choose a visit', 'The app asks which visit it is about.'],
  consent: ['Let this app in?', 'It asks to act for you. Untick what it should not do.'],
};

function headline(step: SignInStep, purpose: LoginPurpose, branding: Branding): readonly [string, string] {
  const own = HEADLINES[step.step];
  if (own) {
    return own;
  }
  return purpose.kind === 'authorize'
    ? ['Sign in to go on', 'An app asks to open records with your rights.']
    : ['Welcome back', branding.name ? `Sign in to ${branding.name}.` : 'Sign in to your clinic’s workspace.'];
}

function SignInProblem({ problem }: { problem: Problem }): JSX.Element {
  const title = problem.kind === 'invalid' ? 'You could not be signed in.' : `${problem.title}.`;
  return (
    <Notice kind="error" title={title}>
      {problem.detail}
    </Notice>
  );
}

/** What the address says about how somebody came here: the server sends people back from another sign-in with a fragment. */
function useReturn(signIn: SignIn): boolean {
  const [refused] = useState(() => window.location.hash.startsWith('#error='));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    const login = new URLSearchParams(window.location.hash.slice(1)).get('login');
    if (window.location.hash) {
      window.history.replaceState(null, '', window.location.pathname + window.location.search);
    }
    if (login) {
      signIn.resume(login);
    }
  }, []);
  return refused;
}

function StepBody(props: { medplum: MedplumClient; signIn: SignIn }): JSX.Element | null {
  const { medplum, signIn } = props;
  const step = signIn.current;
  switch (step.step) {
    case 'profile':
      return <ProfileChooser signIn={signIn} step={step} />;
    case 'factor':
      return <SecondFactor signIn={signIn} step={step} />;
    case 'enrol':
      return <EnrolFactor signIn={signIn} step={step} />;
    case 'patient':
      return <PatientChooser medplum={medplum} signIn={signIn} step={step} />;
    case 'encounter':
      return <EncounterChooser medplum={medplum} signIn={signIn} step={step} />;
    case 'consent':
      return <Consent signIn={signIn} step={step} />;
    default:
      return null;
  }
}

/** The sign-in page, for the workspace and for apps that ask for access. */
export function LoginPage(props: { medplum: MedplumClient; purpose: LoginPurpose; branding: Branding }): JSX.Element {
  const { medplum, purpose, branding } = props;
  const signIn = useSignIn(medplum, purpose);
  const refused = useReturn(signIn);
  const [accounts, setAccounts] = useState<readonly DemoAccount[]>([]);
  const [account, setAccount] = useState<DemoAccount>();
  useEffect(() => {
    void fetchDemoAccounts(window.fetch.bind(window)).then(setAccounts);
  }, []);
  const [title, subtitle] = headline(signIn.current, purpose, branding);
  const reason = purpose.kind === 'workspace' ? REASONS[purpose.reason ?? ''] : undefined;
  const begins = signIn.current.step === 'credentials' || signIn.current.step === 'done';
  const notices = (
    <>
      {reason && begins && !signIn.problem ? <Notice kind="info">{reason}</Notice> : null}
      {refused && begins && !signIn.problem ? (
        <Notice kind="error" title="Your organisation’s sign-in did not let you in.">
          Try again, or sign in with your password.
        </Notice>
      ) : null}
      {signIn.problem ? <SignInProblem problem={signIn.problem} /> : null}
    </>
  );
  return (
    <SignInFrame branding={branding} title={title} subtitle={subtitle} notices={notices}>
      {begins ? (
        <Credentials medplum={medplum} signIn={signIn} account={account} providers={branding.providers} />
      ) : null}
      <StepBody medplum={medplum} signIn={signIn} />
      {begins ? <DemoHint accounts={accounts} onPick={setAccount} /> : null}
    </SignInFrame>
  );
}
