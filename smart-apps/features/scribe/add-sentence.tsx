import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Section } from '../../client/index.ts';
import { useDraftText } from '../../client/index.ts';
import { focusWhenShown } from '../../ui/index.ts';
import classes from './scribe.module.css';
import type { NoteReview } from './use-note-review.ts';

/** Adds a sentence of one's own to a section. */
export function AddSentence({ section, review }: { section: Section; review: NoteReview }): JSX.Element {
  const [text, setText] = useDraftText(`${review.draft.id} ${section.code}`);
  if (text === undefined) {
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={15} aria-hidden />}
        onClick={() => setText('')}
        aria-label={`Add a sentence to ${section.title}`}
      >
        Add a sentence
      </Button>
    );
  }
  const add = async (): Promise<void> => {
    if (await review.review({ edits: [{ kind: 'add', section: section.code, text }], decision: 'draft' })) {
      setText(undefined);
    }
  };
  return (
    <Stack gap={10} className={classes.editor}>
      <Textarea
        label={`Your sentence for ${section.title}`}
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        ref={focusWhenShown}
      />
      <Group gap={8}>
        <Button size="compact-md" loading={review.busy} disabled={text.trim() === ''} onClick={() => void add()}>
          Add, written by me
        </Button>
        <Button size="compact-md" variant="subtle" onClick={() => setText(undefined)}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}
