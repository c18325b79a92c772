import { Anchor, Button, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { StepOf } from '../sign-in-answer.ts';
import type { SignIn } from '../use-sign-in.ts';

/** Which of one's clinics to go on with. */
export function ProfileChooser({ signIn, step }: { signIn: SignIn; step: StepOf<'profile'> }): JSX.Element {
  return (
    <Stack gap={10} mt={22}>
      {step.memberships.length === 0 ? <Text>This account does not belong to a clinic yet.</Text> : null}
      {step.memberships.map((membership) => (
        <Button
          key={membership.id}
          variant="default"
          size="md"
          justify="space-between"
          onClick={() => signIn.answer('profile', { profile: membership.id })}
          disabled={signIn.busy}
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
