import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { Resource } from '@medplum/fhirtypes';
import { IconSparkles } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { abstention, reasonsOf, useMedplum } from '../../client/index.ts';
import { Card, Notice, rememberFocus } from '../../ui/index.ts';

const TEMPLATES = [
  { value: 'SOAP', label: 'SOAP' },
  { value: 'APSO', label: 'APSO: plan first' },
  { value: 'DAP', label: 'DAP' },
  { value: 'BIRP', label: 'BIRP' },
];

/** Asks for a draft of the visit's note; says why when the engine makes none. */
export function StartDraft(props: { encounter: string; onDone: () => Promise<void> }): JSX.Element {
  const medplum = useMedplum();
  const [template, setTemplate] = useState('SOAP');
  const [busy, setBusy] = useState(false);
  const [abstained, setAbstained] = useState<string>();
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const start = async (): Promise<void> => {
    const giveBackFocus = rememberFocus();
    setBusy(true);
    setReasons([]);
    setAbstained(undefined);
    try {
      const url = medplum.fhirUrl('Encounter', props.encounter, '$draft-note');
      url.searchParams.set('template', template);
      const answer = await medplum.post<Resource>(url, { resourceType: 'Parameters' });
      setAbstained(abstention(answer)?.reason);
      await props.onDone();
    } catch (error) {
      setReasons(reasonsOf(error));
    }
    setBusy(false);
    giveBackFocus();
  };
  return (
    <Card title="Draft the note">
      <Stack gap={14}>
        <Text size="sm" c="dimmed">
          Each sentence of the draft comes with the words behind it. You read, change and sign; nothing is signed by
          itself.
        </Text>
        {abstained ? (
          <Notice kind="warning" title="No draft was made.">
            {abstained}
          </Notice>
        ) : null}
        {reasons.map((reason) => (
          <Notice key={reason} kind="error">
            {reason}
          </Notice>
        ))}
        <Group align="end">
          <NativeSelect
            label="Template"
            data={TEMPLATES}
            value={template}
            onChange={(event) => setTemplate(event.currentTarget.value)}
            style={{ flex: '1 1 240px' }}
          />
          <Button leftSection={<IconSparkles size={18} aria-hidden />} loading={busy} onClick={() => void start()}>
            Start the draft
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
