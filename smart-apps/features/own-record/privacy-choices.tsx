import { Button, Checkbox, Group, NativeSelect } from '@mantine/core';
import type { JSX } from 'react';
import { useState } from 'react';
import type { OptOut, OptOutKind } from '../../client/index.ts';
import { optOutQuery, optOuts, useNow, useSearch } from '../../client/index.ts';
import { Card, dayAndTime, ErrorState, Notice, TextSkeleton } from '../../ui/index.ts';
import classes from './own-record.module.css';
import type { ChoiceExtent } from './use-choice.ts';
import { useChoice } from './use-choice.ts';

const KINDS_OF_RECORDS = [
  ['Condition', 'Diagnoses'],
  ['DocumentReference', 'Notes and documents'],
  ['Observation', 'Measurements and questionnaire scores'],
  ['QuestionnaireResponse', 'Answers to questionnaires'],
  ['MedicationRequest', 'Medicines'],
  ['DiagnosticReport', 'Laboratory and imaging reports'],
  ['Encounter', 'Visits'],
  ['Appointment', 'Appointments'],
  ['RiskAssessment', 'Risk assessments'],
] as const;

const EXTENTS: readonly { readonly value: ChoiceExtent; readonly label: string }[] = [
  { value: 'nothing', label: 'Nothing is kept from it' },
  { value: 'some', label: 'These kinds of records are kept from it' },
  { value: 'all', label: 'My whole record is kept from it' },
];

const WORDS: Readonly<Record<OptOutKind, { readonly title: string; readonly hint: string }>> = {
  ai: {
    title: 'The clinic’s artificial intelligence',
    hint: 'It counts risk from your record, drafts notes and suggests codes. What it may not read, people do by themselves.',
  },
  apps: {
    title: 'Apps of other organisations',
    hint: 'Apps that you or the clinic connected, and exports of the record. Your care team still sees everything.',
  },
};

function Choice(props: {
  patient: string;
  kind: OptOutKind;
  now?: OptOut;
  onChanged: () => Promise<void>;
}): JSX.Element {
  const { kind } = props;
  const now = useNow();
  const choice = useChoice(props);
  const { title, hint } = WORDS[kind];
  return (
    <fieldset className={classes.choice} data-testid={`choice-${kind}`}>
      <legend>{title}</legend>
      <p>{hint}</p>
      <NativeSelect
        aria-label={title}
        data={[...EXTENTS]}
        value={choice.extent}
        onChange={(event) => choice.setExtent(event.currentTarget.value as ChoiceExtent)}
        maw={380}
      />
      {choice.extent === 'some' ? (
        <div className={classes.kinds}>
          {KINDS_OF_RECORDS.map(([type, label]) => (
            <Checkbox key={type} label={label} checked={choice.types.has(type)} onChange={() => choice.toggle(type)} />
          ))}
        </div>
      ) : null}
      {choice.problem ? (
        <Notice kind="error" title={`${choice.problem.title}.`}>
          {choice.problem.detail}
        </Notice>
      ) : null}
      <Group justify="space-between" mt={10}>
        <span className={classes.since} role="status">
          {choice.changed
            ? 'Not saved yet'
            : props.now?.since
              ? `In force since ${dayAndTime(props.now.since, now)}`
              : 'You have refused nothing'}
        </span>
        <Button
          disabled={!choice.changed || choice.incomplete}
          loading={choice.saving}
          onClick={() => void choice.save()}
        >
          Save this choice
        </Button>
      </Group>
    </fieldset>
  );
}

/** What a patient keeps from AI and from apps, each as a consent of their own. @see security.md S48 */
export function PrivacyChoices({ patient }: { patient: string }): JSX.Element {
  const found = useSearch('Consent', optOutQuery(patient));
  const current = optOuts(found.resources);
  const [saved, setSaved] = useState(0);
  const onChanged = async (): Promise<void> => {
    await found.reload();
    setSaved((times) => times + 1);
  };
  return (
    <Card title="Who may use your record">
      {found.state === 'loading' ? <TextSkeleton lines={4} label="Loading your choices" /> : null}
      {found.state === 'failed' && found.problem ? (
        <ErrorState problem={found.problem} onRetry={() => void found.reload()} />
      ) : null}
      {found.state === 'ready'
        ? (['ai', 'apps'] as const).map((kind) => (
            <Choice
              key={`${kind}-${saved}`}
              patient={patient}
              kind={kind}
              now={current.find((one) => one.kind === kind)}
              onChanged={onChanged}
            />
          ))
        : null}
    </Card>
  );
}
