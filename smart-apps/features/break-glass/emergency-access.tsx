import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconUrgent } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { reasonsOf, StepUpCancelledError, useDraftText, useMedplum, useProven } from '../../client/index.ts';
import { announce, clockTime, Notice } from '../../ui/index.ts';

/** Fewest characters of a reason that says something. */
const LEAST_REASON = 10;

function Form(props: {
  patient: string;
  onOpened: (until: string | undefined) => void;
  onClose: () => void;
}): JSX.Element {
  const medplum = useMedplum();
  const proven = useProven();
  const [reason = '', setReason] = useDraftText(`Emergency ${props.patient}`);
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const open = async (): Promise<void> => {
    setBusy(true);
    setRefusals([]);
    try {
      const body = { reason: reason.trim(), patient: `Patient/${props.patient}` };
      const answer = await proven('open the whole chart', () =>
        medplum.post<Parameters>(medplum.fhirUrl('$break-glass'), body, 'application/json'),
      );
      setReason(undefined);
      props.onOpened(answer.parameter?.find((one) => one.name === 'until')?.valueInstant);
    } catch (error) {
      setRefusals(error instanceof StepUpCancelledError ? [] : reasonsOf(error));
    }
    setBusy(false);
  };
  return (
    <Stack gap={14}>
      <Text size="sm">
        It opens everything in this chart for 60 minutes, also what the patient’s consent keeps closed. Your compliance
        officer is told at once, and asks you about it.
      </Text>
      {refusals.map((refusal) => (
        <Notice key={refusal} kind="error">
          {refusal}
        </Notice>
      ))}
      <Textarea
        label="What is the emergency?"
        autosize
        minRows={3}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value || undefined)}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button color="red.9" loading={busy} disabled={reason.trim().length < LEAST_REASON} onClick={() => void open()}>
          Open the chart
        </Button>
      </Group>
    </Stack>
  );
}

/** Emergency access to one patient's chart, with a reason and a fresh proof. @see security.md S49 */
export function EmergencyAccess({ patient, onOpened }: { patient: string; onOpened: () => void }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [until, setUntil] = useState<string>();
  const opened = (end: string | undefined): void => {
    setUntil(end);
    setAsking(false);
    announce('The chart is open.');
    onOpened();
  };
  return (
    <>
      {until ? (
        <Notice kind="warning" title={`Emergency access until ${clockTime(until)}.`}>
          Everything you open is marked.
        </Notice>
      ) : (
        <Button variant="default" leftSection={<IconUrgent size={17} aria-hidden />} onClick={() => setAsking(true)}>
          Emergency access
        </Button>
      )}
      <Modal opened={asking} onClose={() => setAsking(false)} title="Emergency access" centered>
        <Form patient={patient} onOpened={opened} onClose={() => setAsking(false)} />
      </Modal>
    </>
  );
}
