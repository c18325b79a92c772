import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { JSX } from 'react';
import { useState } from 'react';
import type { AuditLine, ChartAccess } from '../../client/index.ts';
import { chartViewers, useNow } from '../../client/index.ts';
import {
  Card,
  dayAndTime,
  EmptyState,
  ErrorState,
  ListSkeleton,
  Page,
  Row,
  Rows,
  recordWords,
  Tag,
} from '../../ui/index.ts';
import classes from './audit.module.css';
import type { AuditQuestion } from './use-audit.ts';
import { useAudit } from './use-audit.ts';
import type { Names } from './use-names.ts';
import { useNames } from './use-names.ts';

const NOTHING: AuditQuestion = { patient: '', agent: '', from: '', refused: false, emergency: false };
const TYPING_MS = 400;

function Filters(props: {
  question: AuditQuestion;
  people: readonly { value: string; label: string }[];
  onChange: (next: AuditQuestion) => void;
}): JSX.Element {
  const { question, onChange } = props;
  return (
    <Card title="What do you look for?">
      <div className={classes.filters}>
        <TextInput
          label="Who saw this chart?"
          placeholder="Id of a patient, or the address of the chart"
          value={question.patient}
          onChange={(event) => onChange({ ...question, patient: event.currentTarget.value })}
        />
        <NativeSelect
          label="Who did it?"
          data={[{ value: '', label: 'Everybody' }, ...props.people]}
          value={question.agent}
          onChange={(event) => onChange({ ...question, agent: event.currentTarget.value })}
        />
        <TextInput
          label="Since"
          type="date"
          value={question.from}
          onChange={(event) => onChange({ ...question, from: event.currentTarget.value })}
        />
        <div className={classes.checks}>
          <Checkbox
            label="Refused only"
            checked={question.refused}
            onChange={(event) => onChange({ ...question, refused: event.currentTarget.checked })}
          />
          <Checkbox
            label="Emergency access only"
            checked={question.emergency}
            onChange={(event) => onChange({ ...question, emergency: event.currentTarget.checked })}
          />
        </div>
      </div>
    </Card>
  );
}

function Accesses({ accesses, nameOf }: { accesses: readonly ChartAccess[]; nameOf: Names }): JSX.Element {
  const now = useNow();
  const viewers = chartViewers(accesses);
  return (
    <Card title="Who saw this chart">
      {viewers.length === 0 ? <EmptyState title="Nobody did, as far as the audit goes" /> : null}
      <Rows>
        {viewers.map((viewer) => (
          <Row
            key={viewer.agent}
            title={nameOf(viewer.agent)}
            details={[[viewer.kinds.join(', '), viewer.types.join(', ')].filter(Boolean).join(' · ')]}
            aside={
              <>
                {viewer.emergency ? <Tag tone="bad">Emergency</Tag> : null}
                <span className="mb-numbers">{viewer.count === 1 ? 'once' : `${viewer.count} times`}</span>
                <time className={classes.time} dateTime={viewer.last}>
                  {dayAndTime(viewer.last, now)}
                </time>
              </>
            }
          />
        ))}
      </Rows>
    </Card>
  );
}

/** The records of an access: persons and bots by name, the rest by type and the beginning of its id. */
function recordsWords(records: readonly string[], nameOf: Names): string {
  const words = records.slice(0, 3).map((record) => {
    const reference = record.split('/_history/')[0] ?? '';
    const name = nameOf(reference);
    return name === reference ? recordWords(record) : name;
  });
  return [...new Set(words), ...(records.length > 3 ? [`${records.length - 3} more`] : [])].join(', ');
}

function Line({ line, nameOf }: { line: AuditLine; nameOf: Names }): JSX.Element {
  const now = useNow();
  return (
    <Row
      title={line.agentName ?? nameOf(line.agent)}
      details={[[line.what, recordsWords(line.records, nameOf)].filter(Boolean).join(' · ')]}
      aside={
        <>
          {line.purpose === 'BTG' ? <Tag tone="bad">Emergency</Tag> : null}
          {line.refused ? <Tag tone="warn">Refused</Tag> : null}
          <time className={classes.time} dateTime={line.at}>
            {dayAndTime(line.at, now)}
          </time>
        </>
      }
    />
  );
}

/** The audit: who did what to whose record, and when. */
export function AuditPage(): JSX.Element {
  const [question, setQuestion] = useState(NOTHING);
  const [asked] = useDebouncedValue(question, TYPING_MS);
  const patient = asked.patient.trim().split(/[/?]/).filter(Boolean).at(-1) ?? '';
  const audit = useAudit({ ...asked, patient });
  const { nameOf, people } = useNames();
  return (
    <Page title="Audit" width="table">
      <Filters question={question} people={people} onChange={setQuestion} />
      {audit.state === 'failed' && audit.problem ? (
        <Card>
          <ErrorState problem={audit.problem} />
        </Card>
      ) : null}
      {patient && audit.state === 'ready' ? <Accesses accesses={audit.accesses} nameOf={nameOf} /> : null}
      {audit.state === 'failed' ? null : (
        <Card title="Every access, newest first">
          {audit.state === 'loading' ? <ListSkeleton rows={8} label="Asking the audit" /> : null}
          {audit.state === 'ready' && audit.lines.length === 0 ? (
            <EmptyState title="Nothing of the kind is on record" />
          ) : null}
          <Rows>
            {audit.state === 'ready'
              ? audit.lines.map((line) => <Line key={line.id} line={line} nameOf={nameOf} />)
              : null}
          </Rows>
          {audit.more ? (
            <Button variant="subtle" fullWidth mt={8} onClick={audit.more}>
              Show older accesses
            </Button>
          ) : null}
        </Card>
      )}
    </Page>
  );
}
