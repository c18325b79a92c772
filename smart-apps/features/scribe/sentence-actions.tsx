import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Sentence } from '../../client/index.ts';
import { useDraftText } from '../../client/index.ts';
import { focusWhenShown, Notice } from '../../ui/index.ts';
import classes from './scribe.module.css';
import type { NoteReview } from './use-note-review.ts';

function Editor(props: {
  sentence: Sentence;
  text: string;
  onText: (text: string) => void;
  review: NoteReview;
  onDone: () => void;
}): JSX.Element {
  const { sentence, text, review } = props;
  const save = async (human: boolean): Promise<void> => {
    const edit = { kind: 'change', id: sentence.id, text, human } as const;
    if (await review.review({ edits: [edit], decision: 'draft' })) {
      props.onDone();
    }
  };
  return (
    <Stack gap={10} className={classes.editor}>
      <Textarea
        label="New words"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => props.onText(event.currentTarget.value)}
        ref={focusWhenShown}
      />
      {review.beyondEvidence ? (
        <Notice kind="warning" title="Your words go beyond what was said.">
          Keep to the evidence, or mark the sentence as written by you: it then stands in your name alone.
        </Notice>
      ) : null}
      <Group gap={8}>
        <Button
          size="compact-md"
          loading={review.busy}
          disabled={text.trim() === '' || text === sentence.text}
          onClick={() => void save(false)}
        >
          Save
        </Button>
        <Button
          size="compact-md"
          variant={review.beyondEvidence ? 'light' : 'default'}
          disabled={review.busy || text.trim() === ''}
          onClick={() => void save(true)}
        >
          Save as written by me
        </Button>
        <Button size="compact-md" variant="subtle" onClick={props.onDone}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}

/** What can be done with one sentence of a draft. */
export function SentenceActions({ sentence, review }: { sentence: Sentence; review: NoteReview }): JSX.Element {
  const [text, setText] = useDraftText(`${review.draft.id} ${sentence.id}`);
  if (text !== undefined) {
    return (
      <Editor
        sentence={sentence}
        text={text}
        onText={setText}
        review={review}
        onDone={() => {
          review.clear();
          setText(undefined);
        }}
      />
    );
  }
  return (
    <Group gap={8} className={classes.actions}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPencil size={15} aria-hidden />}
        onClick={() => setText(sentence.text)}
      >
        Edit
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTrash size={15} aria-hidden />}
        loading={review.busy}
        onClick={() => void review.review({ edits: [{ kind: 'remove', id: sentence.id }], decision: 'draft' })}
      >
        Remove
      </Button>
      {sentence.draftText ? <p className={classes.before}>The draft said: “{sentence.draftText}”</p> : null}
    </Group>
  );
}
