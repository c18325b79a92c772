import { Button, Group, Text } from '@mantine/core';
import { IconChecks, IconPrinter, IconSignature } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import type { NoteDraft } from '../../client/index.ts';
import { ActionBar, announce, dateAndTime, Notice, Tag } from '../../ui/index.ts';
import type { NoteReview } from './use-note-review.ts';
import { useSignature } from './use-signature.ts';

const STATE_WORDS = {
  draft: 'Draft',
  reviewed: 'Reviewed, not signed',
  signed: 'Signed',
  rejected: 'Rejected',
  expired: 'Expired',
} as const;

function Reject({ review }: { review: NoteReview }): JSX.Element {
  const [sure, setSure] = useState(false);
  return sure ? (
    <>
      <Button variant="default" onClick={() => setSure(false)}>
        Keep it
      </Button>
      <Button color="red.9" loading={review.busy} onClick={() => void review.review({ decision: 'rejected' })}>
        Reject for good
      </Button>
    </>
  ) : (
    <Button variant="subtle" c="var(--mb-high-fg)" onClick={() => setSure(true)} disabled={review.busy}>
      Reject the draft
    </Button>
  );
}

/** By whom and when a signed note was signed, and the way to paper. */
function Signed({ draft }: { draft: NoteDraft }): JSX.Element {
  const signature = useSignature(draft);
  return (
    <>
      {signature ? (
        <Text size="sm" style={{ flex: 1 }}>
          Signed by {signature.by}, {dateAndTime(signature.at)}
        </Text>
      ) : null}
      <Button variant="default" leftSection={<IconPrinter size={18} aria-hidden />} onClick={() => window.print()}>
        Print
      </Button>
    </>
  );
}

/** How far the note has come, and the next step: reviewed, then signed. */
export function SignBar({ review, mine }: { review: NoteReview; mine: boolean }): JSX.Element {
  const { state } = review.draft;
  const open = mine && (state === 'draft' || state === 'reviewed');
  const step = async (action: () => Promise<boolean>, said: string): Promise<void> => {
    if (await action()) {
      announce(said);
    }
  };
  return (
    <ActionBar>
      {review.reasons.length > 0 && !review.beyondEvidence ? (
        <Notice kind="error" title="The server did not accept this.">
          {review.reasons.join(' ')}
        </Notice>
      ) : null}
      <Group justify="space-between" gap={10}>
        <Tag tone={state === 'signed' ? 'good' : 'accent'} testId="note-state">
          {STATE_WORDS[state]}
        </Tag>
        {open ? (
          <Group gap={8}>
            <Reject review={review} />
            {state === 'draft' ? (
              <Button
                leftSection={<IconChecks size={18} aria-hidden />}
                loading={review.busy}
                onClick={() => void step(() => review.review({ decision: 'reviewed' }), 'The note is reviewed.')}
              >
                I have reviewed it
              </Button>
            ) : (
              <Button
                leftSection={<IconSignature size={18} aria-hidden />}
                loading={review.busy}
                onClick={() => void step(review.sign, 'The note is signed.')}
              >
                Sign the note
              </Button>
            )}
          </Group>
        ) : null}
        {state === 'signed' ? <Signed draft={review.draft} /> : null}
      </Group>
    </ActionBar>
  );
}
