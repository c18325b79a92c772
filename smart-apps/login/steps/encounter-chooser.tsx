import { Stack } from '@mantine/core';
import type { MedplumClient } from '@medplum/core';
import type { JSX } from 'react';
import { dayAndTime, roleWords } from '../../ui/index.ts';
import type { StepOf } from '../sign-in-answer.ts';
import type { SignIn } from '../use-sign-in.ts';
import type { Choice } from './choice-list.tsx';
import { ChoiceList } from './choice-list.tsx';
import { useChoices } from './use-choices.ts';

interface ShownEncounter {
  readonly id: string;
  readonly status: string;
  readonly type?: string;
  readonly period?: { readonly start?: string };
}

function choiceOf({ id, status, type, period }: ShownEncounter): Choice {
  return { id, title: type ?? 'Visit', detail: `${dayAndTime(period?.start, new Date())} · ${roleWords(status)}` };
}

/** Which visit of the chosen patient the app is about. */
export function EncounterChooser(props: {
  medplum: MedplumClient;
  signIn: SignIn;
  step: StepOf<'encounter'>;
}): JSX.Element {
  const { found, problem } = useChoices<{ encounters: ShownEncounter[] }>(props.medplum, 'encounters', {
    login: props.step.login,
  });
  return (
    <Stack gap={14} mt={22}>
      <ChoiceList
        label="Visits"
        choices={found?.encounters.map(choiceOf)}
        problem={problem}
        empty="This patient has no visit yet that you may see."
        busy={props.signIn.busy}
        onChoose={(encounter) => props.signIn.answer('encounter', { encounter })}
      />
    </Stack>
  );
}
