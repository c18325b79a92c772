import { Button, Group, Text } from '@mantine/core';
import { IconDeviceFloppy, IconHelpCircle } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import {
  ActionBar,
  announce,
  Card,
  DraftReview,
  EmptyState,
  ErrorState,
  Notice,
  PatientBanner,
  shortDate,
  TextSkeleton,
} from '../../ui/index.ts';
import { CodeLine } from './code-line.tsx';
import classes from './coding.module.css';
import { SourceTrail } from './source-trail.tsx';
import type { CodingReview } from './use-coding-review.ts';
import { useCodingReview } from './use-coding-review.ts';
import { VisitLevelCard } from './visit-level.tsx';

function Questions({ review }: { review: CodingReview }): JSX.Element | null {
  const questions = review.questions.filter((one) => !/^(?:Too (?:high|low)\?|The code table)/.test(one.detail));
  return questions.length === 0 ? null : (
    <Card title="Questions about the documentation">
      <ul className={classes.questions}>
        {questions.map((question) => (
          <li key={question.id}>
            <IconHelpCircle size={19} aria-hidden />
            {question.detail}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function SaveBar({ review }: { review: CodingReview }): JSX.Element {
  const all = review.claim?.suggestions.length ?? 0;
  const judged = review.decisions.size;
  const save = async (): Promise<void> => {
    if (await review.save()) {
      announce('Your decisions are recorded.');
    }
  };
  return (
    <ActionBar>
      {review.problem ? (
        <Notice kind="error" title={`${review.problem.title}.`}>
          {review.problem.detail}
        </Notice>
      ) : null}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" data-testid="coding-state">
          {review.saved
            ? review.bills
              ? 'Recorded in the claim'
              : 'Decided: billing sees it'
            : `${judged} of ${all} codes judged`}
        </Text>
        {review.saved ? null : (
          <Button
            leftSection={<IconDeviceFloppy size={18} aria-hidden />}
            loading={review.saving}
            disabled={judged < all}
            onClick={() => void save()}
          >
            Record the decisions
          </Button>
        )}
      </Group>
    </ActionBar>
  );
}

/** The suggested codes of one signed note, beside the words they rest on. */
export function CodingScreen({ claim: claimId }: { claim: string }): JSX.Element {
  const review = useCodingReview(claimId);
  const [selected, setSelected] = useState<string>();
  const { claim } = review;
  if (review.state === 'failed' && review.problem) {
    return (
      <Card>
        <ErrorState problem={review.problem} onRetry={() => void review.reload()} />
      </Card>
    );
  }
  if (review.state === 'loading' || !claim) {
    return <TextSkeleton lines={10} label="Loading the suggested codes" />;
  }
  const chosen = claim.suggestions.find((one) => one.key === selected);
  return (
    <>
      <PatientBanner patient={claim.patient?.split('/')[1]} visit={`Visit of ${shortDate(claim.day)}`} />
      <DraftReview
        sourceTitle="What this rests on"
        selected={chosen?.key}
        draft={
          <>
            {claim.tableExpired ? (
              <Notice kind="warning" title="The code table is older than the visit.">
                It is {claim.table}. Load the newer one before you bill.
              </Notice>
            ) : null}
            {claim.visit ? <VisitLevelCard visit={claim.visit} /> : null}
            <Card
              title="Suggested codes"
              aside={
                <Text size="sm" c="dimmed">
                  {[shortDate(claim.day), claim.table].filter(Boolean).join(' · ')}
                </Text>
              }
            >
              {claim.suggestions.length === 0 ? (
                <EmptyState title="Nothing could be coded">
                  The note names no problem that the table has a code for.
                </EmptyState>
              ) : null}
              <ul className={classes.codes}>
                {claim.suggestions.map((suggestion) => (
                  <CodeLine
                    key={suggestion.key}
                    suggestion={suggestion}
                    decision={review.decisions.get(suggestion.key)}
                    selected={selected === suggestion.key}
                    open={!review.saved}
                    onSelect={() => setSelected(selected === suggestion.key ? undefined : suggestion.key)}
                    onDecide={(decision) => review.decide(suggestion.key, decision)}
                  />
                ))}
              </ul>
            </Card>
            <Questions review={review} />
            <SaveBar review={review} />
          </>
        }
        source={<SourceTrail review={review} selected={chosen} />}
      />
    </>
  );
}
