import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { JSX } from 'react';
import { useState } from 'react';
import type { AuditLine, ChartAccess } from '../../client/index.ts';
import { chartViewers, useNow } from '../../client/index.ts';
import { Card, dayAndTime, EmptyState, ErrorState, ListSkeleton, Tag } from '../../ui/index.ts';
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
      <ul className={classes.list}>
        {viewers.map((viewer) => (
          <li key={viewer.agent} className={classes.line}>
            <span className={classes.words}>
              <strong>{nameOf(viewer.agent)}</strong>
              <span>{[viewer.kinds.join(', '), viewer.types.join(', ')].filter(Boolean).join(' · ')}</span>
            </span>
            {viewer.emergency ? <Tag tone="bad">Emergency</Tag> : null}
            <span className="mb-numbers">{viewer.count} times</span>
            <time className={classes.time} dateTime={viewer.last}>
              {dayAndTime(viewer.last, now)}
            </time>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Line({ line, nameOf }: { line: AuditLine; nameOf: Names }): JSX.Element {
  const now = useNow();
  return (
    <li className={classes.line}>
      <span className={classes.words}>
        <strong>{line.agentName ?? nameOf(line.agent)}</strong>
        <span>
          {line.what}
          {line.records.length > 0 ? ` · ${line.records.slice(0, 3).join(', ')}` : ''}
          {line.records.length > 3 ? ` and ${line.records.length - 3} more` : ''}
        </span>
      </span>
      {line.purpose === 'BTG' ? <Tag tone="bad">Emergency</Tag> : null}
      {line.refused ? <Tag tone="warn">Refused</Tag> : null}
      <time className={classes.time} dateTime={line.at}>
        {dayAndTime(line.at, now)}
      </time>
    </li>
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
    <div className={classes.page}>
      <h1>Audit</h1>
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
          <ul className={classes.list}>
            {audit.state === 'ready'
              ? audit.lines.map((line) => <Line key={line.id} line={line} nameOf={nameOf} />)
              : null}
          </ul>
          {audit.more ? (
            <Button variant="subtle" fullWidth mt={8} onClick={audit.more}>
              Show older accesses
            </Button>
          ) : null}
        </Card>
      )}
    </div>
  );
}
