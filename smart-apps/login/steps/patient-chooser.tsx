import { Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { MedplumClient } from '@medplum/core';
import { IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { ageAndGender, shortDate } from '../../ui/index.ts';
import type { StepOf } from '../sign-in-answer.ts';
import type { SignIn } from '../use-sign-in.ts';
import type { Choice } from './choice-list.tsx';
import { ChoiceList } from './choice-list.tsx';
import { useChoices } from './use-choices.ts';

interface ShownPatient {
  readonly id: string;
  readonly name?: string;
  readonly birthDate?: string;
  readonly gender?: string;
}

function choiceOf({ id, name, birthDate, gender }: ShownPatient): Choice {
  const born = birthDate ? `born ${shortDate(birthDate)}` : '';
  const detail = [ageAndGender(birthDate, gender, new Date()), born].filter(Boolean).join(' · ');
  return { id, title: name ?? 'Unnamed patient', detail };
}

const TYPING_MS = 250;

/** Whose record the app will see: one of the patients whom the person may see. */
export function PatientChooser(props: {
  medplum: MedplumClient;
  signIn: SignIn;
  step: StepOf<'patient'>;
}): JSX.Element {
  const { signIn } = props;
  const [typed, setTyped] = useState('');
  const [name] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { found, problem } = useChoices<{ patients: ShownPatient[] }>(props.medplum, 'patients', {
    login: props.step.login,
    ...(name && { name }),
  });
  return (
    <Stack gap={14} mt={22}>
      <TextInput
        label="Name"
        placeholder="Part of a name"
        type="search"
        autoComplete="off"
        size="md"
        leftSection={<IconSearch size={18} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={signIn.fields.get('patient')}
        data-autofocus
      />
      <ChoiceList
        label="Patients"
        choices={found?.patients.map(choiceOf)}
        problem={problem}
        empty={name ? 'Nobody of that name whom you may see.' : 'There is no patient whom you may see.'}
        busy={signIn.busy}
        onChoose={(patient) => signIn.answer('patient', { patient })}
      />
    </Stack>
  );
}
