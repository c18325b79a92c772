import { Button, Divider, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import type { JSX } from 'react';
import { passkeysSupported } from '../../client/index.ts';
import { Notice } from '../../ui/index.ts';
import type { StepOf } from '../sign-in-answer.ts';
import type { SignIn } from '../use-sign-in.ts';
import { AuthenticatorSetup } from './authenticator-setup.tsx';

/** The first second factor of somebody who must have one: a passkey, or an authenticator app. */
export function EnrolFactor({ signIn, step }: { signIn: SignIn; step: StepOf<'enrol'> }): JSX.Element {
  const passkey = step.methods.includes('passkey') && passkeysSupported();
  return (
    <Stack gap={16} mt={22}>
      {passkey ? (
        <>
          <Button
            size="md"
            leftSection={<IconFingerprint size={19} aria-hidden />}
            onClick={signIn.enrolPasskey}
            disabled={signIn.busy}
          >
            Set up a passkey
          </Button>
          <Text size="sm" c="dimmed" mt={-8}>
            Your fingerprint, face or screen lock. Nothing to type, and nobody can trick you out of it.
          </Text>
        </>
      ) : null}
      {passkey && step.uri ? <Divider label="or use an authenticator app" labelPosition="center" /> : null}
      {step.uri ? (
        <AuthenticatorSetup
          uri={step.uri}
          picture={step.picture}
          busy={signIn.busy}
          error={signIn.fields.get('token')}
          onCode={(token) => signIn.answer('mfa/login-enroll', { method: 'totp', token })}
        />
      ) : null}
      {!passkey && !step.uri ? (
        <Notice kind="warning" title="This browser cannot make a passkey.">
          Your clinic asks for one. Use a current browser, or ask your administrator.
        </Notice>
      ) : null}
    </Stack>
  );
}
