import { Anchor, Button, Divider, Stack } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { StepOf } from '../sign-in-answer.ts';
import type { SignIn } from '../use-sign-in.ts';
import { CodeForm } from './code-form.tsx';

/** A code or a passkey, whichever the person has. */
export function SecondFactor({ signIn, step }: { signIn: SignIn; step: StepOf<'factor'> }): JSX.Element {
  const [code, passkey] = [step.methods.includes('totp'), step.methods.includes('passkey')];
  return (
    <Stack gap={16} mt={22}>
      {code ? (
        <CodeForm
          label="Code from your authenticator app"
          action="Verify"
          busy={signIn.busy}
          error={signIn.fields.get('token')}
          onCode={(token) => signIn.answer('mfa/verify', { token })}
        />
      ) : null}
      {code && passkey ? <Divider label="or" labelPosition="center" /> : null}
      {passkey ? (
        <Button
          variant={code ? 'default' : 'filled'}
          size="md"
          leftSection={<IconFingerprint size={19} aria-hidden />}
          onClick={signIn.verifyWithPasskey}
          loading={signIn.busy && !code}
        >
          Use your passkey
        </Button>
      ) : null}
      <Anchor component="button" size="sm" onClick={signIn.restart}>
        Sign in with another account
      </Anchor>
    </Stack>
  );
}
