import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockX,
  IconLoader,
  IconPlugConnectedX,
  IconStack2,
} from '@tabler/icons-react';
import type { JSX } from 'react';
import type { RunState } from '../../client/index.ts';
import { Tag } from '../../ui/index.ts';

const LOOK = {
  running: { icon: IconLoader, words: 'Running', tone: 'accent' },
  succeeded: { icon: IconCircleCheck, words: 'Succeeded', tone: 'good' },
  failed: { icon: IconAlertTriangle, words: 'Failed', tone: 'bad' },
  timeout: { icon: IconClockX, words: 'Took too long', tone: 'bad' },
  memory: { icon: IconStack2, words: 'Out of memory', tone: 'bad' },
  output: { icon: IconStack2, words: 'Too much output', tone: 'bad' },
  lost: { icon: IconPlugConnectedX, words: 'Lost', tone: 'warn' },
} as const;

/** How a run stands: a word with a sign. */
export function RunStateTag({ state }: { state: RunState }): JSX.Element {
  const { icon: Icon, words, tone } = LOOK[state];
  return (
    <Tag tone={tone}>
      <Icon size={14} aria-hidden />
      {words}
    </Tag>
  );
}

/** The states in words, for a filter. */
export const RUN_STATES: readonly { readonly value: string; readonly label: string }[] = Object.entries(LOOK).map(
  ([value, { words }]) => ({ value, label: words }),
);
