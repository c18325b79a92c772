import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import type { CodeDecision, CodeSuggestion } from '../../client/index.ts';
import { billedCode } from '../../client/index.ts';
import { Tag } from '../../ui/index.ts';
import classes from './coding.module.css';

const DECIDED = {
  accepted: { words: 'Accepted', tone: 'good' },
  edited: { words: 'Changed', tone: 'warn' },
  rejected: { words: 'Rejected', tone: 'plain' },
} as const;

function OtherCode(props: { suggestion: CodeSuggestion; onChange: (decision: CodeDecision) => void }): JSX.Element {
  const [code, setCode] = useState('');
  const [display, setDisplay] = useState('');
  return (
    <Stack gap={8} className={classes.other}>
      {props.suggestion.alternatives.length > 0 ? (
        <Group gap={6}>
          {props.suggestion.alternatives.map((coding) => (
            <Button
              key={coding.code}
              size="compact-sm"
              variant="light"
              onClick={() => props.onChange({ kind: 'edited', coding })}
            >
              {coding.code} {coding.display}
            </Button>
          ))}
        </Group>
      ) : null}
      <Group gap={8} align="end">
        <TextInput
          label="Another code"
          size="sm"
          w={130}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
        />
        <TextInput
          label="What it means"
          size="sm"
          style={{ flex: '1 1 180px' }}
          value={display}
          onChange={(event) => setDisplay(event.currentTarget.value)}
        />
        <Button
          size="sm"
          variant="light"
          disabled={code.trim() === '' || display.trim() === ''}
          onClick={() => props.onChange({ kind: 'edited', coding: { code: code.trim(), display: display.trim() } })}
        >
          Use it
        </Button>
      </Group>
    </Stack>
  );
}

/** One suggested code: what it is, why, and what the person makes of it. */
export function CodeLine(props: {
  suggestion: CodeSuggestion;
  decision?: CodeDecision;
  selected: boolean;
  open: boolean;
  onSelect: () => void;
  onDecide: (decision: CodeDecision | undefined) => void;
}): JSX.Element {
  const { suggestion, decision } = props;
  const [changing, setChanging] = useState(false);
  const changed = decision?.kind === 'edited' ? decision.coding : undefined;
  const decide = (next: CodeDecision): void => {
    setChanging(false);
    props.onDecide(decision?.kind === next.kind && next.kind !== 'edited' ? undefined : next);
  };
  return (
    <li className={classes.code}>
      <button type="button" className={classes.head} aria-pressed={props.selected} onClick={props.onSelect}>
        <span className={`${classes.value} mb-numbers`}>{changed?.code ?? billedCode(suggestion) ?? 'Visit'}</span>
        <span className={classes.words} data-rejected={decision?.kind === 'rejected' || undefined}>
          <strong>{changed?.display ?? suggestion.display}</strong>
          <span>
            {changed
              ? ['Instead of', billedCode(suggestion), suggestion.display].filter(Boolean).join(' ')
              : suggestion.rationale}
          </span>
        </span>
        {decision ? <Tag tone={DECIDED[decision.kind].tone}>{DECIDED[decision.kind].words}</Tag> : null}
      </button>
      {props.open ? (
        <Group gap={6} className={classes.buttons}>
          <Button
            size="compact-sm"
            variant={decision?.kind === 'accepted' ? 'filled' : 'default'}
            leftSection={<IconCheck size={15} aria-hidden />}
            aria-pressed={decision?.kind === 'accepted'}
            aria-label={`Accept ${suggestion.code}`}
            onClick={() => decide({ kind: 'accepted' })}
          >
            Accept
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={15} aria-hidden />}
            aria-expanded={changing}
            aria-label={`Change ${suggestion.code}`}
            onClick={() => setChanging(!changing)}
          >
            Change
          </Button>
          <Button
            size="compact-sm"
            variant={decision?.kind === 'rejected' ? 'filled' : 'default'}
            color={decision?.kind === 'rejected' ? 'gray' : undefined}
            leftSection={<IconX size={15} aria-hidden />}
            aria-pressed={decision?.kind === 'rejected'}
            aria-label={`Reject ${suggestion.code}`}
            onClick={() => decide({ kind: 'rejected' })}
          >
            Reject
          </Button>
        </Group>
      ) : null}
      {changing ? <OtherCode suggestion={suggestion} onChange={decide} /> : null}
    </li>
  );
}
