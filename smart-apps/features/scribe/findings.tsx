import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Finding } from '../../client/index.ts';
import { useDraftText } from '../../client/index.ts';
import { Card, focusWhenShown } from '../../ui/index.ts';
import classes from './scribe.module.css';
import type { NoteReview } from './use-note-review.ts';

const WEIGHT = {
  block: { icon: IconAlertOctagon, words: 'Must be answered' },
  warn: { icon: IconAlertTriangle, words: 'Look at this' },
  inform: { icon: IconInfoCircle, words: 'Question' },
} as const;

function Answer({ finding, review }: { finding: Finding; review: NoteReview }): JSX.Element {
  const [reason, setReason] = useDraftText(finding.reference);
  if (reason === undefined) {
    return (
      <Button size="compact-sm" variant="default" onClick={() => setReason('')}>
        It may stand, because …
      </Button>
    );
  }
  const send = async (): Promise<void> => {
    const answers = [{ issue: finding.reference, reason }];
    if (await review.review({ answers, decision: 'draft' })) {
      setReason(undefined);
    }
  };
  return (
    <Stack gap={8} className={classes.answering}>
      <Textarea
        label="Why it may stand"
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        ref={focusWhenShown}
      />
      <Group gap={8}>
        <Button size="compact-sm" loading={review.busy} disabled={reason.trim() === ''} onClick={() => void send()}>
          Record the reason
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setReason(undefined)}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}

function FindingLine(props: {
  finding: Finding;
  review: NoteReview;
  open: boolean;
  onShow: (sentence: string) => void;
}): JSX.Element {
  const { finding, review } = props;
  const { icon: Icon, words } = finding.answer ? { icon: IconCircleCheck, words: 'Answered' } : WEIGHT[finding.weight];
  const [sentence] = finding.sentences;
  return (
    <li className={classes.finding} data-weight={finding.answer ? 'answered' : finding.weight}>
      <Icon size={20} aria-hidden />
      <div>
        <strong>
          {words}: {finding.title.toLowerCase()}
        </strong>
        <p>{finding.detail}</p>
        {finding.answer ? <p className={classes.answer}>“{finding.answer}”</p> : null}
        <Group gap={8} mt={6}>
          {sentence ? (
            <Button size="compact-sm" variant="subtle" ml={-8} onClick={() => props.onShow(sentence)}>
              Show the sentence
            </Button>
          ) : null}
          {props.open && !finding.answer && finding.weight !== 'inform' ? (
            <Answer finding={finding} review={review} />
          ) : null}
        </Group>
      </div>
    </li>
  );
}

/** What the checks found: what blocks a signature first. */
export function Findings(props: {
  review: NoteReview;
  open: boolean;
  onShow: (sentence: string) => void;
}): JSX.Element | null {
  const { findings } = props.review;
  const blocking = findings.filter((one) => one.weight === 'block' && !one.answer).length;
  return findings.length === 0 ? null : (
    <Card
      title="Findings"
      aside={
        <Text size="sm" c="dimmed" role="status">
          {blocking === 0 ? 'Nothing blocks the signature' : `${blocking} to answer before you can sign`}
        </Text>
      }
    >
      <ul className={classes.findings}>
        {findings.map((finding) => (
          <FindingLine key={finding.id} finding={finding} {...props} />
        ))}
      </ul>
    </Card>
  );
}
