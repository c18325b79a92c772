import { Button, Stack, TextInput } from '@mantine/core';
import type { JSX } from 'react';
import { useState } from 'react';

/** The six figures of an authenticator app. */
export function CodeForm(props: {
  label: string;
  action: string;
  busy: boolean;
  error?: string;
  onCode: (code: string) => void;
}): JSX.Element {
  const [code, setCode] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onCode(code.replaceAll(' ', ''));
      }}
    >
      <Stack gap={14}>
        <TextInput
          label={props.label}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          size="md"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={props.error}
          data-autofocus
        />
        <Button type="submit" size="md" loading={props.busy} disabled={code.trim().length < 6}>
          {props.action}
        </Button>
      </Stack>
    </form>
  );
}
