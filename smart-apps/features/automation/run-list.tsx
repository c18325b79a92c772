import { Button, NativeSelect } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import type { BotRun } from '../../client/index.ts';
import { useNow } from '../../client/index.ts';
import { Card, EmptyState, ErrorState, ListSkeleton, recordWords, roleWords, timeAgo } from '../../ui/index.ts';
import classes from './automation.module.css';
import { RunDetails } from './run-details.tsx';
import { RUN_STATES, RunStateTag } from './run-state.tsx';
import { useRuns } from './use-runs.ts';

const CAUSES = [
  { value: '', label: 'Every cause' },
  { value: 'subscription', label: 'By a change' },
  { value: 'execute', label: 'On demand' },
  { value: 'cron', label: 'By schedule' },
];

/** "1.2 s", "47 ms". */
function durationWords(milliseconds: number | undefined): string {
  if (milliseconds === undefined) {
    return '–';
  }
  return milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds)} ms`;
}

/** What a run was given: a record, a schedule, or what was posted. */
function inputWords(input: string): string {
  return /^[A-Z][A-Za-z]+\/[^/]+/.test(input) ? recordWords(input) : roleWords(input);
}

function RunLine({ run, open, onToggle }: { run: BotRun; open: boolean; onToggle: () => void }): JSX.Element {
  const now = useNow();
  const Arrow = open ? IconChevronDown : IconChevronRight;
  return (
    <li data-run={run.id}>
      <button type="button" className={classes.row} aria-expanded={open} onClick={onToggle}>
        <Arrow size={18} aria-hidden />
        <span className={classes.name}>
          <strong>{run.botName}</strong>
          <span className={classes.soft}>{run.error ?? inputWords(run.input)}</span>
        </span>
        <RunStateTag state={run.state} />
        <span className={`${classes.figure} mb-numbers`}>{durationWords(run.duration)}</span>
        <span className={classes.figure}>{timeAgo(run.started, now)}</span>
      </button>
      {open ? <RunDetails run={run} /> : null}
    </li>
  );
}

/** What the bots of the clinic do and did, live. */
export function RunList(): JSX.Element {
  const [state, setState] = useState('');
  const [cause, setCause] = useState('');
  const [open, setOpen] = useState<string>();
  const list = useRuns({ ...(state && { state }), ...(cause && { cause }) });
  return (
    <Card
      title="Runs of the bots"
      aside={
        <div className={classes.filters}>
          <NativeSelect
            aria-label="State"
            data={[{ value: '', label: 'Every state' }, ...RUN_STATES]}
            value={state}
            onChange={(event) => setState(event.currentTarget.value)}
          />
          <NativeSelect
            aria-label="Cause"
            data={CAUSES}
            value={cause}
            onChange={(event) => setCause(event.currentTarget.value)}
          />
        </div>
      }
    >
      {list.state === 'loading' ? <ListSkeleton rows={6} label="Loading the runs" /> : null}
      {list.state === 'failed' && list.problem ? <ErrorState problem={list.problem} onRetry={list.reload} /> : null}
      {list.state === 'ready' && list.runs.length === 0 ? (
        <EmptyState title="No run">{state || cause ? 'None fits what you chose.' : 'No bot has run yet.'}</EmptyState>
      ) : null}
      {list.state === 'ready' ? (
        <ul className={classes.list}>
          {list.runs.map((run) => (
            <RunLine
              key={run.id}
              run={run}
              open={open === run.id}
              onToggle={() => setOpen(open === run.id ? undefined : run.id)}
            />
          ))}
        </ul>
      ) : null}
      {list.older ? (
        <Button variant="subtle" fullWidth mt={8} onClick={list.loadOlder}>
          Show older runs
        </Button>
      ) : null}
    </Card>
  );
}
