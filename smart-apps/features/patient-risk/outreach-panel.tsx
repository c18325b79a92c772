import { Button, Checkbox, Group, Menu, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconChevronDown, IconDeviceFloppy } from '@tabler/icons-react';
import type { JSX, RefObject } from 'react';
import { useState } from 'react';
import type { Outreach } from '../../client/index.ts';
import { fromWallTime, wallTimeText, workStatusLabel } from '../../client/index.ts';
import { Card, dayAndTime, dueText, Notice, timeAgo, WorkStatusTag } from '../../ui/index.ts';
import classes from './patient-risk.module.css';
import type { OutreachFormState } from './use-outreach-form.ts';
import { formError, isFilledIn } from './use-outreach-form.ts';

const STATUSES = ['uncontacted', 'in-process', 'resolved'] as const;

function StatusMenu({ state }: { state: OutreachFormState }): JSX.Element {
  return (
    <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" size="compact-sm" rightSection={<IconChevronDown size={14} aria-hidden />}>
          Update status
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {STATUSES.map((status) => (
          <Menu.Item key={status} onClick={() => void state.setStatus(status)}>
            {workStatusLabel(status)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Standing({ outreach, now }: { outreach?: Outreach; now: Date }): JSX.Element {
  if (!outreach?.open) {
    return (
      <Text size="sm" c="dimmed">
        No outreach is open for this patient. Saving opens one.
      </Text>
    );
  }
  const detail =
    outreach.workStatus === 'uncontacted' ? dueText(outreach.due, now) : `changed ${timeAgo(outreach.updated, now)}`;
  return (
    <div data-testid="work-status">
      <WorkStatusTag status={outreach.workStatus} />
      <Text size="sm" c="dimmed">
        {workStatusLabel(outreach.workStatus)} · {detail}
        {outreach.ownerName ? ` · ${outreach.ownerName}` : ''}
      </Text>
    </div>
  );
}

function Notices({ state }: { state: OutreachFormState }): JSX.Element | null {
  if (state.changedMeanwhile || state.problem?.kind === 'conflict') {
    return (
      <Notice kind="warning" title="Changed by someone else meanwhile.">
        What you entered is still here. Look at the status above, then go on from the newer version.
        <Group mt={8}>
          <Button size="compact-sm" variant="default" onClick={state.adopt}>
            Go on from the newer version
          </Button>
        </Group>
      </Notice>
    );
  }
  return state.problem ? (
    <Notice kind="error" title={`${state.problem.title}.`}>
      {state.problem.detail}
    </Notice>
  ) : null;
}

function Appointment(props: {
  state: OutreachFormState;
  error?: string;
  input: RefObject<HTMLInputElement | null>;
}): JSX.Element | null {
  const { form, change } = props.state;
  return form.scheduled ? (
    <TextInput
      ref={props.input}
      type="datetime-local"
      label="Date and time of the appointment"
      value={form.appointment ? wallTimeText(new Date(form.appointment)) : ''}
      onChange={(event) => change({ appointment: fromWallTime(event.currentTarget.value)?.toISOString() })}
      error={props.error}
      pl={30}
    />
  ) : null;
}

function Notes({ outreach, now }: { outreach?: Outreach; now: Date }): JSX.Element | null {
  const notes = [...(outreach?.notes ?? [])].reverse();
  return notes.length > 0 ? (
    <ul className={classes.lines} aria-label="Earlier notes">
      {notes.map((note, index) => (
        <li key={`${note.at ?? ''}-${String(index)}`} className={classes.note}>
          {note.text}
          <div className={classes.soft}>
            {[note.author, note.at ? dayAndTime(note.at, now) : undefined].filter(Boolean).join(', ')}
          </div>
        </li>
      ))}
    </ul>
  ) : null;
}

/** What came of the outreach: check-boxes, appointment, notes, Save. */
export function OutreachPanel(props: {
  state: OutreachFormState;
  outreach?: Outreach;
  now: Date;
  appointmentInput: RefObject<HTMLInputElement | null>;
}): JSX.Element {
  const { state, outreach, now } = props;
  const { form, change } = state;
  const [tried, setTried] = useState(false);
  const error = formError(form);
  const submit = (): void => {
    setTried(true);
    if (!error) {
      void state.save().then(() => setTried(false));
    }
  };
  return (
    <Card title="Outreach" className={classes.outreach} aside={<StatusMenu state={state} />}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap={14}>
          <Standing outreach={outreach} now={now} />
          <Notices state={state} />
          <Stack gap={10} role="group" aria-label="Outcome of the outreach">
            <Checkbox
              label="Patient contacted"
              checked={form.contacted}
              onChange={(event) => change({ contacted: event.currentTarget.checked })}
            />
            <Checkbox
              label="Appointment scheduled"
              checked={form.scheduled}
              onChange={(event) => change({ scheduled: event.currentTarget.checked })}
            />
            <Appointment state={state} error={tried ? error : undefined} input={props.appointmentInput} />
            <Checkbox
              label="Crisis team notified"
              checked={form.crisisTeam}
              onChange={(event) => change({ crisisTeam: event.currentTarget.checked })}
            />
          </Stack>
          <Textarea
            label="Case manager notes"
            placeholder="What was said, what was agreed"
            autosize
            minRows={3}
            maxRows={10}
            value={form.note}
            onChange={(event) => change({ note: event.currentTarget.value })}
          />
          <Button
            type="submit"
            leftSection={<IconDeviceFloppy size={18} aria-hidden />}
            loading={state.saving}
            disabled={!isFilledIn(form)}
          >
            Save outreach
          </Button>
          <Notes outreach={outreach} now={now} />
        </Stack>
      </form>
    </Card>
  );
}
