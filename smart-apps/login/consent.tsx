import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import { useState } from 'react';
import type { LoginPurpose } from './auth-request.ts';
import { scopeWords } from './scope-words.ts';
import type { SignIn } from './use-sign-in.ts';

/** What the app asks for, in plain words; single things may be dropped. */
export function Consent({ signIn, purpose }: { signIn: SignIn; purpose: LoginPurpose }): JSX.Element {
  const asked = purpose.kind === 'authorize' ? (purpose.request.scope ?? '') : '';
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const granted = asked
    .split(/\s+/)
    .filter((scope) => scope && !dropped.has(scope))
    .join(' ');
  const toggle = (scope: string): void =>
    setDropped((before) => {
      const next = new Set(before);
      if (!next.delete(scope)) {
        next.add(scope);
      }
      return next;
    });
  return (
    <Stack gap={12} mt={22}>
      <Stack gap={9} role="group" aria-label="What the app may do">
        {scopeWords(asked).map(({ scope, words }) => (
          <Checkbox key={scope} label={words} checked={!dropped.has(scope)} onChange={() => toggle(scope)} />
        ))}
      </Stack>
      <Text size="sm" c="dimmed">
        The app can never do more than you may do yourself.
      </Text>
      <Group grow mt={6}>
        <Button variant="default" size="md" onClick={signIn.deny}>
          Deny
        </Button>
        <Button size="md" loading={signIn.busy} onClick={() => signIn.agree(granted)}>
          Allow
        </Button>
      </Group>
    </Stack>
  );
}
