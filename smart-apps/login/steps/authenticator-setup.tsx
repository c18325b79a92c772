import { Anchor, CopyButton, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupsOfFour, secretOf } from '../otpauth.ts';
import { CodeForm } from './code-form.tsx';
import classes from './steps.module.css';

function Secret({ uri }: { uri: string }): JSX.Element | null {
  const secret = secretOf(uri);
  return secret ? (
    <CopyButton value={secret}>
      {({ copied, copy }) => (
        <UnstyledButton className={classes.secret} onClick={copy}>
          <span className="mb-hidden">{copied ? 'Key copied: ' : 'Copy the key: '}</span>
          <code>{groupsOfFour(secret)}</code>
          {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        </UnstyledButton>
      )}
    </CopyButton>
  ) : null;
}

/** Puts an account into an authenticator app: by picture, by link on this phone, or by typing the key; then a first code. */
export function AuthenticatorSetup(props: {
  uri: string;
  picture?: string;
  busy: boolean;
  error?: string;
  onCode: (code: string) => void;
}): JSX.Element {
  return (
    <Stack gap={14}>
      <Group align="flex-start" gap={16} wrap="nowrap" className={classes.setup}>
        {props.picture ? (
          <img
            className={classes.qr}
            src={props.picture}
            alt="QR code that adds this account to an authenticator app"
            width={148}
            height={148}
          />
        ) : null}
        <Stack gap={8} miw={0}>
          <Text size="sm">Scan this with your authenticator app.</Text>
          <Text size="sm">
            On this phone:{' '}
            <Anchor href={props.uri} size="sm" underline="always">
              open the app
            </Anchor>
            . Or type the key:
          </Text>
          <Secret uri={props.uri} />
        </Stack>
      </Group>
      <CodeForm
        label="Code that the app shows"
        action="Turn it on"
        busy={props.busy}
        error={props.error}
        onCode={props.onCode}
      />
    </Stack>
  );
}
