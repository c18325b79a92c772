import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import type { Communication } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import { useState } from 'react';
import type { Me, PatientCard, Problem } from '../../client/index.ts';
import { problemOf, useDraftText, useMe, useMedplum } from '../../client/index.ts';
import { announce, Notice } from '../../ui/index.ts';

/** A message to a patient as a Communication. */
export function messageTo(patient: PatientCard, text: string, me: Me, now: string): Communication {
  const recipient = { reference: `Patient/${patient.id}`, display: patient.name };
  return {
    resourceType: 'Communication',
    status: 'completed',
    subject: recipient,
    recipient: [recipient],
    sender: { reference: me.reference, display: me.name },
    sent: now,
    payload: [{ contentString: text.trim() }],
  } as Communication;
}

/** Writes a message into the clinic's own messaging; it never leaves by ordinary e-mail. */
export function MessageDialog(props: { patient: PatientCard; opened: boolean; onClose: () => void }): JSX.Element {
  const medplum = useMedplum();
  const me = useMe();
  const [text = '', setText] = useDraftText(`Message ${props.patient.id}`);
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);

  const send = async (): Promise<void> => {
    setSending(true);
    setProblem(undefined);
    try {
      await medplum.createResource(messageTo(props.patient, text, me, new Date().toISOString()));
      setText(undefined);
      announce('Message sent');
      props.onClose();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setSending(false);
    }
  };

  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Message to ${props.patient.name}`} centered>
      <Stack>
        {problem ? (
          <Notice kind="error" title={`${problem.title}.`}>
            {problem.detail}
          </Notice>
        ) : null}
        <Textarea
          label="Message"
          autosize
          minRows={5}
          value={text}
          onChange={(event) => setText(event.currentTarget.value || undefined)}
          data-autofocus
        />
        <Text size="sm" c="dimmed">
          Stays inside MindBridge; the patient reads it in the portal. In an emergency call instead.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button onClick={() => void send()} loading={sending} disabled={text.trim() === ''}>
            Send message
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
