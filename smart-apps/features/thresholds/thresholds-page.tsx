import { Button, Group, NativeSelect, NumberInput, Text } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Band, ThresholdNumber } from '../../client/index.ts';
import { LOOSEST, STANDARD_THRESHOLDS, useNow } from '../../client/index.ts';
import {
  ActionBar,
  announce,
  BandBadge,
  Card,
  dayAndTime,
  ErrorState,
  Notice,
  Page,
  TextSkeleton,
} from '../../ui/index.ts';
import classes from './thresholds.module.css';
import type { ThresholdsForm } from './use-thresholds.ts';
import { useThresholds } from './use-thresholds.ts';

const ALERTS = [
  { value: 'high', label: 'High or critical' },
  { value: 'medium', label: 'Medium or above' },
  { value: 'low', label: 'Any band' },
];

function Field(props: { form: ThresholdsForm; name: ThresholdNumber; label: string; suffix: string }): JSX.Element {
  const { form, name } = props;
  return (
    <NumberInput
      label={props.label}
      suffix={props.suffix}
      allowDecimal={false}
      allowNegative={false}
      value={Number.isNaN(form.set[name]) ? '' : form.set[name]}
      error={form.problems.get(name)}
      description={`Standard ${STANDARD_THRESHOLDS[name]}, at most ${LOOSEST[name]}`}
      onChange={(value) => form.change({ [name]: typeof value === 'number' ? value : Number.NaN })}
      w={190}
    />
  );
}

function BandRow({ band, form }: { band: Extract<Band, 'critical' | 'high' | 'medium'>; form: ThresholdsForm }) {
  return (
    <li className={classes.band}>
      <span className={classes.name}>
        <BandBadge band={band} />
      </span>
      <Field form={form} name={`${band}From`} label={`${words(band)} begins at score`} suffix="" />
      {band === 'critical' ? (
        <Text size="sm" c="dimmed" className={classes.fixed}>
          An alert at critical waits one hour at most. Nobody can loosen this.
        </Text>
      ) : (
        <Field form={form} name={`${band}Hours`} label={`${words(band)} may wait`} suffix=" h" />
      )}
    </li>
  );
}

function words(band: string): string {
  return band.charAt(0).toUpperCase() + band.slice(1);
}

function Form({ form }: { form: ThresholdsForm }): JSX.Element {
  const now = useNow();
  const [set] = form.found.resources;
  const save = async (): Promise<void> => {
    if (await form.save()) {
      announce('The thresholds are saved.');
    }
  };
  return (
    <>
      <Card title="When is a rise an alert?">
        <NativeSelect
          label="Alert when a patient’s band rises to"
          data={ALERTS}
          value={form.set.alertFrom}
          onChange={(event) => form.change({ alertFrom: event.currentTarget.value as typeof form.set.alertFrom })}
          maw={320}
        />
      </Card>
      <Card title="Bands">
        <ul className={classes.bands}>
          <BandRow band="critical" form={form} />
          <BandRow band="high" form={form} />
          <BandRow band="medium" form={form} />
        </ul>
        <Text size="sm" c="dimmed" mt={14}>
          Scores that stand keep their band until the patient is scored again.
        </Text>
      </Card>
      <ActionBar>
        {form.refusals.map((refusal) => (
          <Notice key={refusal} kind="error" title="The server did not accept this.">
            {refusal}
          </Notice>
        ))}
        <Group justify="space-between">
          <Text size="sm" c="dimmed" data-testid="thresholds-state">
            {form.changed
              ? 'Not saved yet'
              : set
                ? `Set ${dayAndTime(set.meta?.lastUpdated, now)}`
                : 'The standard counts: nobody has set anything'}
          </Text>
          <Group gap={8}>
            {form.changed ? (
              <Button variant="default" onClick={form.reset}>
                Undo
              </Button>
            ) : null}
            <Button
              leftSection={<IconDeviceFloppy size={18} aria-hidden />}
              loading={form.saving}
              disabled={!form.changed || form.problems.size > 0}
              onClick={() => void save()}
            >
              Save the thresholds
            </Button>
          </Group>
        </Group>
      </ActionBar>
    </>
  );
}

/** What supervisors set for the whole clinic: who alerts, how long it may wait, and where the bands begin. */
export function ThresholdsPage(): JSX.Element {
  const form = useThresholds();
  const { found } = form;
  return (
    <Page
      width="list"
      title="Risk alerts"
      lead="What counts for every patient of the clinic. Each change is on record with your name, and each score says which version it stands on."
    >
      {found.state === 'loading' ? (
        <Card>
          <TextSkeleton lines={6} label="Loading the thresholds" />
        </Card>
      ) : null}
      {found.state === 'failed' && found.problem ? (
        <Card>
          <ErrorState problem={found.problem} onRetry={() => void found.reload()} />
        </Card>
      ) : null}
      {found.state === 'ready' ? <Form form={form} /> : null}
    </Page>
  );
}
