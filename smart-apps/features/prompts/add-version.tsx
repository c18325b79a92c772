import { Button, Textarea, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { createDrafts } from '../../client/index.ts';
import { Card, Notice } from '../../ui/index.ts';
import classes from './prompts.module.css';
import type { Prompts } from './use-prompts.ts';

const KEY = /^[a-z][a-z0-9-]*\/\d+\.\d+\.\d+$/;
const EMPTY = { key: '', text: '', report: '' };

const useEntered = createDrafts<typeof EMPTY>();

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** A form for a new version with its eval report. */
export function AddVersion({ prompts }: { prompts: Prompts }): JSX.Element {
  const [begun, keep] = useEntered('prompt');
  const [opened, setOpened] = useState(begun !== undefined);
  const entered = begun ?? EMPTY;
  const set = (part: Partial<typeof EMPTY>): void => keep({ ...entered, ...part });
  const close = (): void => {
    keep(undefined);
    setOpened(false);
  };
  const refused = prompts.refused?.id === 'new' ? prompts.refused.reasons : [];
  const save = async (): Promise<void> => {
    if (await prompts.add(entered.key, entered.text, entered.report)) {
      close();
    }
  };
  if (!opened) {
    return (
      <div>
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened(true)}>
          Add a version
        </Button>
      </div>
    );
  }
  return (
    <Card title="A new version">
      <div className={classes.form}>
        <TextInput
          label="Prompt and version"
          placeholder="soap/1.2.0"
          value={entered.key}
          error={entered.key !== '' && !KEY.test(entered.key) ? 'Such as soap/1.2.0' : undefined}
          onChange={(event) => set({ key: event.currentTarget.value.trim() })}
          maw={320}
          data-autofocus
        />
        <Textarea
          label="Text"
          autosize
          minRows={4}
          maxRows={14}
          value={entered.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
        <Textarea
          label="Eval report"
          description="What `npm run evals` wrote for this version, as JSON"
          autosize
          minRows={4}
          maxRows={14}
          value={entered.report}
          error={entered.report !== '' && !isJson(entered.report) ? 'This is no JSON' : undefined}
          onChange={(event) => set({ report: event.currentTarget.value })}
        />
        {refused.map((reason) => (
          <Notice key={reason} kind="error" title="It was not kept.">
            {reason}
          </Notice>
        ))}
        <div className={classes.use}>
          <Button
            loading={prompts.busy === 'new'}
            disabled={!KEY.test(entered.key) || entered.text.trim() === '' || !isJson(entered.report)}
            onClick={() => void save()}
          >
            Keep this version
          </Button>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
        </div>
      </div>
    </Card>
  );
}
