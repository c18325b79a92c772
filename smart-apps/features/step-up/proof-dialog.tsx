import { Button, Divider, Group, Modal, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { focusWhenShown, Notice } from '../../ui/index.ts';
import type { ProofForm } from './use-proof-form.ts';
import { useProofForm } from './use-proof-form.ts';

const LABEL = { totp: 'Code from your authenticator app', password: 'Your password' } as const;

function TypedProof({ form, kind }: { form: ProofForm; kind: 'totp' | 'password' }): JSX.Element {
  const [value, setValue] = useState('');
  const shared = {
    label: LABEL[kind],
    value,
    error: form.fields.get(kind === 'totp' ? 'token' : 'password'),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setValue(event.currentTarget.value),
    ref: focusWhenShown,
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        form.send(kind === 'totp' ? { token: value.replaceAll(' ', '') } : { password: value });
      }}
    >
      <Stack gap={12}>
        {kind === 'totp' ? (
          <TextInput inputMode="numeric" autoComplete="one-time-code" {...shared} />
        ) : (
          <PasswordInput autoComplete="current-password" {...shared} />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={form.busy} disabled={value === ''}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Ways({ form }: { form: ProofForm }): JSX.Element {
  if (!form.methods) {
    return form.problem ? (
      <span />
    ) : (
      <div role="status" aria-label="Loading the ways to prove it">
        <Skeleton height={92} />
      </div>
    );
  }
  const typed = (['totp', 'password'] as const).find((kind) => form.methods?.includes(kind));
  return (
    <>
      {form.methods.includes('passkey') ? (
        <Button
          variant={typed ? 'default' : 'filled'}
          leftSection={<IconFingerprint size={18} aria-hidden />}
          onClick={form.passkey}
          loading={form.busy && !typed}
          ref={typed ? undefined : focusWhenShown}
        >
          Use your passkey
        </Button>
      ) : null}
      {form.methods.includes('passkey') && typed ? <Divider label="or" labelPosition="center" /> : null}
      {typed ? <TypedProof form={form} kind={typed} /> : null}
    </>
  );
}

/** Asks the person for a fresh proof that it is she who does this. */
export function ProofDialog(props: { purpose: string; onProven: () => void; onCancel: () => void }): JSX.Element {
  const form = useProofForm(props.onProven);
  return (
    <Modal opened onClose={props.onCancel} title={`To ${props.purpose}, show that it is you`} centered zIndex={400}>
      <Stack gap={14}>
        <Text size="sm" c="dimmed">
          It counts for five minutes and is recorded with what you do.
        </Text>
        {form.problem ? (
          <Notice kind="error" title={`${form.problem.title}.`}>
            {form.problem.detail}
          </Notice>
        ) : null}
        <Ways form={form} />
      </Stack>
    </Modal>
  );
}
