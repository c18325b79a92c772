import { Button, Group } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconRepeat } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { BotRun, Problem, Replay, RunDetail } from '../../client/index.ts';
import { problemOf, replayOf, runDetail, useMedplum } from '../../client/index.ts';
import { ErrorState, Notice, TextSkeleton } from '../../ui/index.ts';
import classes from './automation.module.css';

function List({ title, items }: { title: string; items: readonly string[] }): JSX.Element | null {
  return items.length === 0 ? null : (
    <div>
      <h3>
        {title} <span className="mb-numbers">({items.length})</span>
      </h3>
      <ul>
        {items.slice(0, 12).map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same call may be made twice, and the list never changes
          <li key={`${index}-${item}`}>{item}</li>
        ))}
        {items.length > 12 ? <li>and {items.length - 12} more</li> : null}
      </ul>
    </div>
  );
}

function Outcome({ replay }: { replay: Replay }): JSX.Element {
  return replay.equal ? (
    <Notice kind="info" title="The same again.">
      Run from its recording, the bot did byte for byte what it did then. Nothing was written.
    </Notice>
  ) : (
    <Notice kind="warning" title="It came out differently.">
      {replay.differences.join('; ') || 'The bot did something else than it did then.'} Nothing was written.
    </Notice>
  );
}

/** What one run read, wrote, asked and logged; and how it comes out when it is run again. */
export function RunDetails({ run }: { run: BotRun }): JSX.Element {
  const medplum = useMedplum();
  const [detail, setDetail] = useState<RunDetail>();
  const [problem, setProblem] = useState<Problem>();
  const [replay, setReplay] = useState<Replay>();
  const [busy, setBusy] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run that has ended is read again
  useEffect(() => {
    const url = medplum.fhirUrl('Bot', run.botId, '$run');
    url.searchParams.set('run', run.id);
    medplum.get<Parameters>(url, { cache: 'no-cache' }).then(
      (answer) => setDetail(runDetail(answer)),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, [medplum, run.botId, run.id, run.state]);
  const again = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const url = medplum.fhirUrl('Bot', run.botId, '$replay');
    url.searchParams.set('run', run.id);
    try {
      setReplay(replayOf(await medplum.post<Parameters>(url, { resourceType: 'Parameters' })));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return (
    <div className={classes.details}>
      {run.error ? <Notice kind="error">{run.error}</Notice> : null}
      {problem ? <ErrorState problem={problem} /> : null}
      {replay ? <Outcome replay={replay} /> : null}
      {detail ? (
        <div className={classes.lists}>
          <List title="Read" items={detail.read} />
          <List title="Written" items={detail.written} />
          <List title="Calls" items={detail.calls} />
          <List title="Models" items={detail.models} />
          {detail.log ? (
            <div>
              <h3>Log</h3>
              <pre>{detail.log}</pre>
            </div>
          ) : null}
        </div>
      ) : problem ? null : (
        <TextSkeleton lines={3} label="Loading the run" />
      )}
      <Group>
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconRepeat size={16} aria-hidden />}
          disabled={!run.recorded}
          loading={busy}
          onClick={() => void again()}
        >
          Replay
        </Button>
        {run.recorded ? null : <span className={classes.soft}>There is no recording of this run any more.</span>}
      </Group>
    </div>
  );
}
