import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import type { MedplumClient } from '@medplum/core';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Branding } from '../client/index.ts';
import { SIGN_IN_PATH } from '../client/index.ts';
import { Notice } from '../ui/index.ts';
import type { MailedLink } from './mailed-link.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import type { Sending } from './use-sending.ts';
import { useSending } from './use-sending.ts';

/** What every page of this kind is given. */
interface PageProps {
  readonly medplum: MedplumClient;
  readonly branding: Branding;
}

function ToSignIn(): JSX.Element {
  return (
    <Anchor href={SIGN_IN_PATH} size="sm" mt={18} display="block">
      Back to sign in
    </Anchor>
  );
}

function Failure({ sending }: { sending: Sending }): JSX.Element | null {
  return sending.problem ? (
    <Notice kind="error" title={`${sending.problem.title}.`}>
      {sending.problem.detail}
    </Notice>
  ) : null;
}

/** Asks for a link to choose a new password; answers alike whether there is such an account or not. */
export function ResetPage({ medplum, branding }: PageProps): JSX.Element {
  const sending = useSending();
  const [email, setEmail] = useState('');
  if (sending.done) {
    return (
      <SignInFrame branding={branding} title="Look into your mail" subtitle="A link may be on its way.">
        <Text mt={20}>
          If {email} has an account here, we have sent a link that is good for ten minutes. Nothing came? Look among the
          unwanted mail, or ask your administrator.
        </Text>
        <ToSignIn />
      </SignInFrame>
    );
  }
  const project = branding.projectId ? { projectId: branding.projectId } : {};
  return (
    <SignInFrame
      branding={branding}
      title="Forgot your password?"
      subtitle="We send you a link to choose a new one."
      notices={<Failure sending={sending} />}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sending.send(() => medplum.post('auth/resetpassword', { email: email.trim(), ...project }));
        }}
      >
        <Stack gap={16} mt={22}>
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            size="md"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={sending.fields.get('email')}
          />
          <Button type="submit" size="md" loading={sending.busy}>
            Send the link
          </Button>
        </Stack>
      </form>
      <ToSignIn />
    </SignInFrame>
  );
}

/** Chooses a password by a mailed link: an invitation, or a reset. */
export function SetPasswordPage({ medplum, branding, link }: PageProps & { link: MailedLink }): JSX.Element {
  const sending = useSending();
  const [password, setPassword] = useState('');
  useEffect(() => {
    if (sending.done) {
      window.location.replace(`${SIGN_IN_PATH}?reason=password-set`);
    }
  }, [sending.done]);
  return (
    <SignInFrame
      branding={branding}
      title="Choose your password"
      subtitle="15 characters or more, or 8 with a second proof. A sentence that only you know is best."
      notices={<Failure sending={sending} />}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sending.send(() => medplum.post('auth/setpassword', { ...link, password }));
        }}
      >
        <Stack gap={16} mt={22}>
          <PasswordInput
            label="New password"
            autoComplete="new-password"
            required
            withAsterisk={false}
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={sending.fields.get('password')}
          />
          <Button type="submit" size="md" loading={sending.busy || sending.done} disabled={password === ''}>
            Set the password
          </Button>
        </Stack>
      </form>
      <ToSignIn />
    </SignInFrame>
  );
}

/** Confirms an e-mail address by a mailed link, at the person's word: opening a link alone changes nothing. */
export function VerifyEmailPage({ medplum, branding, link }: PageProps & { link: MailedLink }): JSX.Element {
  const sending = useSending();
  return (
    <SignInFrame
      branding={branding}
      title={sending.done ? 'Your address is confirmed' : 'Confirm your e-mail address'}
      subtitle={sending.done ? 'You may close this page, or sign in.' : 'So that your clinic can reach you safely.'}
      notices={<Failure sending={sending} />}
    >
      {sending.done ? null : (
        <Button
          size="md"
          fullWidth
          mt={22}
          loading={sending.busy}
          onClick={() => sending.send(() => medplum.post('auth/verifyemail', link))}
        >
          Confirm
        </Button>
      )}
      <ToSignIn />
    </SignInFrame>
  );
}
