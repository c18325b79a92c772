import { Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Problem } from '../../client/index.ts';
import { Notice } from '../../ui/index.ts';
import classes from './steps.module.css';

/** One thing to choose. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

/** A list to choose one thing from, with its waiting, its empty and its failed state. */
export function ChoiceList(props: {
  label: string;
  choices?: readonly Choice[];
  problem?: Problem;
  empty: string;
  busy: boolean;
  onChoose: (id: string) => void;
}): JSX.Element {
  if (props.problem) {
    return (
      <Notice kind="error" title={`${props.problem.title}.`}>
        {props.problem.detail}
      </Notice>
    );
  }
  if (!props.choices) {
    return (
      <div role="status" aria-label={`Loading: ${props.label}`}>
        <Skeleton height={176} radius="md" />
      </div>
    );
  }
  if (props.choices.length === 0) {
    return (
      <Text c="dimmed" role="status">
        {props.empty}
      </Text>
    );
  }
  return (
    <ul className={classes.choices} aria-label={props.label}>
      {props.choices.map((choice) => (
        <li key={choice.id}>
          <UnstyledButton className={classes.choice} disabled={props.busy} onClick={() => props.onChoose(choice.id)}>
            <span>
              <strong>{choice.title}</strong>
              <span className={classes.detail}>{choice.detail}</span>
            </span>
            <IconChevronRight size={18} aria-hidden />
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
