import { Button, Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import { useState } from 'react';
import { fieldErrors, problemOf, StepUpCancelledError, useMedplum, useProven } from '../../client/index.ts';
import { Card, ErrorState, Notice, TextSkeleton } from '../../ui/index.ts';
import { AuthenticatorSetup } from '../steps/authenticator-setup.tsx';
import { CodeForm } from '../steps/code-form.tsx';
import { useOwn } from './use-own.ts';

interface Status {
  readonly enrolled: boolean;
  readonly enrollUri?: string;
  readonly enrollQrCode?: string;
}

/** The authenticator app of the account: adding it, or taking it away against a code of it. */
export function AuthenticatorCard(): JSX.Element {
  const medplum = useMedplum();
  const proven = useProven();
  const own = useOwn<Status>('auth/mfa/status');
  const [error, setError] = useState<string>();
  const [wanted, setWanted] = useState(false);
  const send = (path: string, purpose: string, token: string): void => {
    setError(undefined);
    void own.act(path, () =>
      proven(purpose, () => medplum.post(path, { token })).catch((refusal: unknown) => {
        if (refusal instanceof StepUpCancelledError) {
          throw refusal;
        }
        setError(fieldErrors(refusal).get('token') ?? problemOf(refusal).detail);
      }),
    );
  };
  if (!own.found) {
    return (
      <Card title="Authenticator app">
        {own.problem ? (
          <ErrorState problem={own.problem} onRetry={() => void own.reload()} />
        ) : (
          <TextSkeleton lines={4} label="Loading the authenticator app" />
        )}
      </Card>
    );
  }
  const { enrolled, enrollUri = '', enrollQrCode } = own.found;
  return (
    <Card title="Authenticator app">
      {enrolled ? (
        <>
          <Notice kind="info" title="It is on.">
            Codes of your authenticator app are asked for when you sign in.
          </Notice>
          <Text size="sm" c="dimmed" mt={14} mb={8}>
            To take it away, enter one of its codes.
          </Text>
          <CodeForm
            label="Code that the app shows"
            action="Take it away"
            busy={own.busy !== undefined}
            error={error}
            onCode={(token) => send('auth/mfa/disable', 'remove the app', token)}
          />
        </>
      ) : wanted ? (
        <AuthenticatorSetup
          uri={enrollUri}
          picture={enrollQrCode}
          busy={own.busy !== undefined}
          error={error}
          onCode={(token) => send('auth/mfa/enroll', 'add the app', token)}
        />
      ) : (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            An app on your phone that shows a new code every 30 seconds.
          </Text>
          <Button variant="default" onClick={() => setWanted(true)}>
            Set it up
          </Button>
        </Group>
      )}
    </Card>
  );
}
