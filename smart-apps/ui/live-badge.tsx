import { Tooltip } from '@mantine/core';
import { IconBolt, IconCloudOff, IconRefresh } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { LiveStatus } from '../client/index.ts';
import classes from './live-badge.module.css';

const LOOK = {
  connecting: { icon: IconRefresh, word: 'Connecting', hint: 'Live updates are being connected.' },
  live: { icon: IconBolt, word: 'Live', hint: 'Changes appear here by themselves.' },
  polling: {
    icon: IconRefresh,
    word: 'Every 15 s',
    hint: 'Live updates are interrupted; this page asks for changes every 15 seconds.',
  },
  offline: { icon: IconCloudOff, word: 'Offline', hint: 'No network. What you see may be out of date.' },
} as const;

/** Says discreetly how changes reach this screen; nothing where none are expected. */
export function LiveBadge({ status }: { status: LiveStatus }): JSX.Element | null {
  if (status === 'idle') {
    return null;
  }
  const { icon: Icon, word, hint } = LOOK[status];
  return (
    <Tooltip label={hint} multiline maw={260}>
      <span className={classes.badge} data-status={status} role="status" aria-label={`${word}: ${hint}`}>
        <Icon size={14} aria-hidden />
        <span className={classes.word}>{word}</span>
      </span>
    </Tooltip>
  );
}

/** A bar across the page when the network is gone. */
export function ConnectionBanner({ status }: { status: LiveStatus }): JSX.Element | null {
  return status === 'offline' ? (
    <div className={classes.banner} role="alert">
      <IconCloudOff size={18} aria-hidden />
      Connection lost. What you see may be out of date; it refreshes by itself as soon as the network is back.
    </div>
  ) : null;
}
