import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import type { JSX } from 'react';
import { useState } from 'react';
import { useMedplum } from '../../client/index.ts';
import { Card, Notice } from '../../ui/index.ts';
import { useSending } from '../use-sending.ts';

/** Changes the password; every other session ends with it. */
export function PasswordCard(): JSX.Element {
  const medplum = useMedplum();
  const sending = useSending();
  const [[oldPassword, newPassword], setPasswords] = useState<readonly [string, string]>(['', '']);
  return (
    <Card title="Password">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sending.send(async () => {
            await medplum.post('auth/changepassword', { oldPassword, newPassword });
            setPasswords(['', '']);
          });
        }}
      >
        <Stack gap={14} maw={380}>
          {sending.done ? <Notice kind="info" title="Your password is changed." /> : null}
          {sending.problem ? (
            <Notice kind="error" title={`${sending.problem.title}.`}>
              {sending.problem.detail}
            </Notice>
          ) : null}
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            value={oldPassword}
            onChange={(event) => setPasswords([event.currentTarget.value, newPassword])}
            error={sending.fields.get('oldPassword')}
          />
          <PasswordInput
            label="New password"
            autoComplete="new-password"
            value={newPassword}
            onChange={(event) => setPasswords([oldPassword, event.currentTarget.value])}
            error={sending.fields.get('newPassword')}
          />
          <Group>
            <Button
              type="submit"
              variant="light"
              loading={sending.busy}
              disabled={oldPassword === '' || newPassword === ''}
            >
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
