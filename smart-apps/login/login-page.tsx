import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import type { MedplumClient } from '@medplum/core';
import { IconBolt, IconLock, IconShieldCheck } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Problem } from '../client/index.ts';
import { Brand, BrandMark, ColorSchemeToggle, Notice, roleWords } from '../ui/index.ts';
import type { LoginPurpose } from './auth-request.ts';
import { Consent } from './consent.tsx';
import type { DemoAccount } from './demo-accounts.ts';
import { byClinic, fetchDemoAccounts } from './demo-accounts.ts';
import classes from './login.module.css';
import type { SignIn } from './use-sign-in.ts';
import { useSignIn } from './use-sign-in.ts';

const REASONS: Readonly<Record<string, string>> = {
  idle: 'You were signed out because nothing was done for 15 minutes.',
  expired: 'Your session has ended. Sign in to go on where you were.',
  'signed-out': 'You are signed out.',
};

function Story(): JSX.Element {
  return (
    <aside className={classes.story} aria-label="About MindBridge">
      <div className={classes.brand}>
        <BrandMark size={34} /> MindBridge
      </div>
      <div>
        <p className={classes.claim}>Know who needs you today, and why.</p>
        <p className={classes.sub}>
          Every score comes with the records behind it, what would change it, and a place to say what you did about it.
        </p>
      </div>
      <ul className={classes.points}>
        <li>
          <IconBolt size={18} aria-hidden /> Live, no files to download
        </li>
        <li>
          <IconShieldCheck size={18} aria-hidden /> Every access is recorded
        </li>
        <li>
          <IconLock size={18} aria-hidden /> You see your panel only
        </li>
      </ul>
      <svg
        className="bridge"
        viewBox="0 0 800 240"
        fill="none"
        aria-hidden="true"
        style={{ position: 'absolute', inset: 'auto 0 0 0', opacity: 0.22 }}
      >
        <g stroke="#8fd0d3" strokeWidth="2.500">
          <path d="M0 196h800M210 232V64M590 232V64" />
          <path d="M-10 176C90 168 180 130 210 64c44 94 116 128 190 128s146-34 190-128c30 66 120 104 220 112" />
          <path
            d="M250 122v74M290 158v38M330 178v18M470 178v18M510 158v38M550 122v74M170 122v74M130 148v48M90 164v32M630 122v74M670 148v48M710 164v32"
            strokeWidth="1.400"
          />
        </g>
      </svg>
    </aside>
  );
}

function Credentials({ signIn, account }: { signIn: SignIn; account?: DemoAccount }): JSX.Element {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => {
    if (account) {
      setEmail(account.email);
      setPassword(account.password);
    }
  }, [account]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.submit(email.trim(), password);
      }}
    >
      <Stack gap={16} mt={22}>
        <TextInput
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={signIn.fields.get('email')}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={signIn.fields.get('password')}
        />
        <Button type="submit" size="md" loading={signIn.busy} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function ProfileChooser({ signIn }: { signIn: SignIn }): JSX.Element | null {
  if (signIn.current.step !== 'profile') {
    return null;
  }
  const { memberships } = signIn.current;
  return (
    <Stack gap={10} mt={22}>
      {memberships.length === 0 ? <Text>This account does not belong to a clinic yet.</Text> : null}
      {memberships.map((membership) => (
        <Button
          key={membership.id}
          variant="default"
          size="md"
          justify="space-between"
          onClick={() => signIn.choose(membership.id ?? '')}
          loading={signIn.busy}
          rightSection={<Text size="sm">{membership.profile?.display ?? ''}</Text>}
        >
          {membership.project?.display ?? 'Clinic'}
        </Button>
      ))}
      <Anchor component="button" size="sm" onClick={signIn.restart}>
        Sign in with another account
      </Anchor>
    </Stack>
  );
}

function SecondFactor({ signIn }: { signIn: SignIn }): JSX.Element {
  const [token, setToken] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.verify(token.trim());
      }}
    >
      <Stack gap={16} mt={22}>
        <TextInput
          label="Code from your authenticator app"
          inputMode="numeric"
          autoComplete="one-time-code"
          size="md"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={signIn.fields.get('token')}
          data-autofocus
        />
        <Button type="submit" size="md" loading={signIn.busy}>
          Verify
        </Button>
      </Stack>
    </form>
  );
}

function DemoHint(props: {
  accounts: readonly DemoAccount[];
  onPick: (account: DemoAccount) => void;
}): JSX.Element | null {
  return props.accounts.length === 0 ? null : (
    <section className={classes.demo} aria-label="Demo accounts">
      <h2>This is a demo</h2>
      <Text size="sm" c="dimmed">
        Invented patients only. Choose an account to fill it in.
      </Text>
      <div className={classes.accounts}>
        {byClinic(props.accounts).map(([clinic, accounts]) => (
          <ul key={clinic} aria-label={clinic}>
            {clinic ? (
              <li className={classes.clinic} aria-hidden="true">
                {clinic}
              </li>
            ) : null}
            {accounts.map((account) => (
              <li key={account.email}>
                <button type="button" className={classes.account} onClick={() => props.onPick(account)}>
                  <span>{account.name || account.email}</span>
                  <span>{roleWords(account.role)}</span>
                </button>
              </li>
            ))}
          </ul>
        ))}
      </div>
    </section>
  );
}

function SignInProblem({ problem }: { problem: Problem }): JSX.Element {
  const title = problem.kind === 'invalid' ? 'You could not be signed in.' : `${problem.title}.`;
  return (
    <Notice kind="error" title={title}>
      {problem.detail}
    </Notice>
  );
}

function headline(signIn: SignIn, purpose: LoginPurpose): readonly [string, string] {
  if (signIn.current.step === 'profile') {
    return ['Choose your clinic', 'Your account belongs to more than one.'];
  }
  if (signIn.current.step === 'code') {
    return ['One more step', 'Enter the code that your authenticator shows.'];
  }
  if (signIn.current.step === 'consent') {
    return ['Let this app in?', 'It asks to act for you. Untick what it should not do.'];
  }
  return purpose.kind === 'authorize'
    ? ['Sign in to go on', 'An app asks to open records with your rights.']
    : ['Welcome back', 'Sign in to your clinic’s workspace.'];
}

/** The sign-in page, for the workspace and for apps that ask for access. */
export function LoginPage({ medplum, purpose }: { medplum: MedplumClient; purpose: LoginPurpose }): JSX.Element {
  const signIn = useSignIn(medplum, purpose);
  const [accounts, setAccounts] = useState<readonly DemoAccount[]>([]);
  const [account, setAccount] = useState<DemoAccount>();
  useEffect(() => {
    void fetchDemoAccounts(window.fetch.bind(window)).then(setAccounts);
  }, []);
  const [title, subtitle] = headline(signIn, purpose);
  const reason = purpose.kind === 'workspace' ? REASONS[purpose.reason ?? ''] : undefined;
  const credentials = signIn.current.step === 'credentials' || signIn.current.step === 'done';
  return (
    <div className={classes.page}>
      <Story />
      <div className={classes.side}>
        <div className={classes.toggle}>
          <ColorSchemeToggle />
        </div>
        <main className={classes.form}>
          <div className={classes.phoneBrand}>
            <Brand />
          </div>
          <h1>{title}</h1>
          <Text c="dimmed">{subtitle}</Text>
          <div className={classes.notices}>
            {reason && credentials && !signIn.problem ? <Notice kind="info">{reason}</Notice> : null}
            {signIn.problem ? <SignInProblem problem={signIn.problem} /> : null}
          </div>
          {credentials ? <Credentials signIn={signIn} account={account} /> : null}
          {signIn.current.step === 'code' ? <SecondFactor signIn={signIn} /> : null}
          {signIn.current.step === 'consent' ? <Consent signIn={signIn} purpose={purpose} /> : null}
          <ProfileChooser signIn={signIn} />
          {credentials ? <DemoHint accounts={accounts} onPick={setAccount} /> : null}
        </main>
      </div>
    </div>
  );
}
