import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconFileUpload, IconMicrophone } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { isRefusedFor, reasonsOf, useDraftText, useMedplum } from '../../client/index.ts';
import { Card, Notice } from '../../ui/index.ts';
import { consentToRecording } from './consent-to-recording.ts';

interface Intake {
  readonly busy: boolean;
  readonly reasons: readonly string[];
  readonly consentMissing: boolean;
  readonly send: (body: string | File) => void;
  readonly recordConsent: () => void;
}

function useIntake(encounter: string, patient: string | undefined, onDone: () => void): Intake {
  const medplum = useMedplum();
  const [busy, setBusy] = useState(false);
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState<string | File>();
  const send = async (body: string | File): Promise<void> => {
    setBusy(true);
    setReasons([]);
    setRefused(undefined);
    const type = typeof body === 'string' ? 'text/plain' : body.type || 'text/plain';
    try {
      await medplum.post(medplum.fhirUrl('Encounter', encounter, '$transcript'), body, type);
      onDone();
    } catch (error) {
      setReasons(reasonsOf(error));
      setRefused(isRefusedFor(error, 'transcript-consent') ? body : undefined);
    }
    setBusy(false);
  };
  const recordConsent = async (): Promise<void> => {
    const again = refused;
    if (patient && again !== undefined) {
      setBusy(true);
      try {
        await medplum.createResource(consentToRecording(patient, encounter, new Date()));
        await send(again);
      } catch (error) {
        setReasons(reasonsOf(error));
        setBusy(false);
      }
    }
  };
  return {
    busy,
    reasons,
    consentMissing: refused !== undefined,
    send: (body) => void send(body),
    recordConsent: () => void recordConsent(),
  };
}

/** Brings the words of a visit in: pasted, as a file, or as a recording that the server's speech-to-text writes down. */
export function TranscriptIntake(props: {
  encounter: string;
  patient: string | undefined;
  onDone: () => void;
}): JSX.Element {
  const [words = '', setWords] = useDraftText(props.encounter);
  const intake = useIntake(props.encounter, props.patient, () => {
    setWords(undefined);
    props.onDone();
  });
  return (
    <Card title="What was said in this visit?">
      <Stack gap={14}>
        <Text size="sm" c="dimmed">
          Paste the transcript, one line a speaker such as “[doctor] How are you?”, or choose a text or sound file. The
          server takes nothing without the patient’s consent.
        </Text>
        {intake.reasons.map((reason) => (
          <Notice key={reason} kind="error">
            {reason}
          </Notice>
        ))}
        {intake.consentMissing ? (
          <Group>
            <Button variant="default" loading={intake.busy} onClick={intake.recordConsent}>
              The patient has consented: record it and go on
            </Button>
          </Group>
        ) : null}
        <Textarea
          label="Transcript"
          autosize
          minRows={7}
          maxRows={18}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value || undefined)}
        />
        <Group justify="space-between">
          <FileButton accept="text/plain,application/json,audio/*" onChange={(file) => file && intake.send(file)}>
            {(button) => (
              <Button
                {...button}
                variant="default"
                leftSection={<IconFileUpload size={18} aria-hidden />}
                disabled={intake.busy}
              >
                Choose a file
              </Button>
            )}
          </FileButton>
          <Button
            leftSection={<IconMicrophone size={18} aria-hidden />}
            loading={intake.busy}
            disabled={words.trim() === ''}
            onClick={() => intake.send(words)}
          >
            Use this transcript
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
