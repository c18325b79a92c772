import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { FormEvent, JSX } from 'react';
import { useState } from 'react';
import type { AccessExplanation, ExplainedRule, Problem } from '../../client/index.ts';
import {
  accessExplanation,
  problemOf,
  recordOf,
  sourceWords,
  useMedplum,
  useNow,
  useSearch,
} from '../../client/index.ts';
import { announce, Card, dayAndTime, ErrorState, ListSkeleton, Notice, Page, Row, Rows, Tag } from '../../ui/index.ts';
import classes from './access.module.css';

const INTERACTIONS = [
  { value: 'read', label: 'read it' },
  { value: 'search', label: 'find it by a search' },
  { value: 'history', label: 'read its history' },
  { value: 'update', label: 'change it' },
  { value: 'delete', label: 'delete it' },
];

function Rule({ rule }: { rule: ExplainedRule }): JSX.Element {
  const Icon = rule.permits ? IconCheck : IconX;
  const limits = [
    rule.hidden.length > 0 ? `hides ${rule.hidden.join(', ')}` : '',
    rule.readonly.length > 0 ? `keeps ${rule.readonly.join(', ')} as they are` : '',
  ].filter(Boolean);
  return (
    <li>
      <Icon size={16} aria-label={rule.permits ? 'Fits' : 'Does not fit'} role="img" />
      <span>
        {rule.criteria ? <code>{rule.criteria}</code> : 'Every record of this type'}
        {limits.length > 0 ? ` · ${limits.join(' · ')}` : ''}
      </span>
    </li>
  );
}

function Answer({ found }: { found: AccessExplanation }): JSX.Element {
  const now = useNow();
  return (
    <Card
      title="The answer"
      aside={
        <Tag tone={found.permits ? 'good' : 'bad'} testId="verdict">
          {found.permits ? 'May do it' : 'May not do it'}
        </Tag>
      }
    >
      {found.emergencyUntil ? (
        <Notice kind="warning" title="Emergency access.">
          It is open besides until {dayAndTime(found.emergencyUntil, now)}.
        </Notice>
      ) : null}
      {found.secondApprover ? (
        <Notice kind="info">Another administrator has to agree before the change is made.</Notice>
      ) : null}
      <p className="mb-more">Everything below must permit it; of the rules within, one is enough.</p>
      <Rows>
        {found.sources.map(({ source, permits, why, rules }) => (
          <Row
            key={source}
            title={sourceWords(source)}
            details={[why]}
            aside={<Tag tone={permits ? 'good' : 'bad'}>{permits ? 'Permits' : 'Refuses'}</Tag>}
          >
            {rules.length > 0 ? (
              <ul className={classes.rules}>
                {rules.map((rule, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rules are in the order of the policy and have no name
                  <Rule key={index} rule={rule} />
                ))}
              </ul>
            ) : null}
          </Row>
        ))}
      </Rows>
    </Card>
  );
}

interface Asked {
  readonly subject: string;
  readonly record: string;
  readonly interaction: string;
}

function useExplanation() {
  const medplum = useMedplum();
  const [found, setFound] = useState<AccessExplanation>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const ask = async ({ subject, record, interaction }: Asked): Promise<void> => {
    setBusy(true);
    setFound(undefined);
    setProblem(undefined);
    try {
      const url = medplum.fhirUrl('$explain-access');
      url.search = new URLSearchParams({ subject, reference: record, interaction }).toString();
      const explained = accessExplanation(await medplum.get<Parameters>(url, { cache: 'no-cache' }));
      setFound(explained);
      announce(explained.permits ? 'May do it.' : 'May not do it.');
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  return { found, problem, busy, ask };
}

/** Why somebody may see a record, or not, rule by rule; nothing that the record says. @see product.md N16 */
export function AccessPage(): JSX.Element {
  const members = useSearch('ProjectMembership', '_count=500');
  const [subject, setSubject] = useState('');
  const [text, setText] = useState('');
  const [interaction, setInteraction] = useState('read');
  const explanation = useExplanation();
  const record = recordOf(text);
  const people = members.resources
    .filter(({ profile }) => profile?.reference && profile.display)
    .map(({ id, profile }) => ({ value: `ProjectMembership/${id}`, label: profile.display ?? '' }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (subject && record) {
      void explanation.ask({ subject, record, interaction });
    }
  };
  return (
    <Page
      width="table"
      title="Who may see what"
      lead="Ask why somebody may see or change one record, or why not. The answer names rules and never what the record says."
    >
      <Card title="The question">
        <form className={classes.form} onSubmit={submit}>
          <NativeSelect
            label="Why may"
            data={[{ value: '', label: 'Choose somebody' }, ...people]}
            value={subject}
            onChange={(event) => setSubject(event.currentTarget.value)}
          />
          <NativeSelect
            label="do this"
            data={INTERACTIONS}
            value={interaction}
            onChange={(event) => setInteraction(event.currentTarget.value)}
          />
          <TextInput
            label="to this record"
            placeholder="Patient/…, or the address of the chart"
            value={text}
            error={text !== '' && !record ? 'Such as Patient/123' : undefined}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!subject || !record} loading={explanation.busy}>
            Explain
          </Button>
        </form>
      </Card>
      {explanation.busy ? (
        <Card>
          <ListSkeleton rows={3} label="Asking" />
        </Card>
      ) : null}
      {explanation.problem ? (
        <Card>
          <ErrorState problem={explanation.problem} />
        </Card>
      ) : null}
      {explanation.found ? <Answer found={explanation.found} /> : null}
    </Page>
  );
}
