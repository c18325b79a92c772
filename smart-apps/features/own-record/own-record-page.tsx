import { Anchor } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconEye } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { ChartViewer } from '../../client/index.ts';
import { chartAccesses, chartViewers, useAnswer, useMe, useNow, usePractitionerNames } from '../../client/index.ts';
import {
  Card,
  dayAndTime,
  EmptyState,
  ErrorState,
  ListSkeleton,
  Notice,
  Page,
  Row,
  Rows,
  Tag,
} from '../../ui/index.ts';
import { PrivacyChoices } from './privacy-choices.tsx';

const viewersOf = (answer: Parameters): readonly ChartViewer[] => chartViewers(chartAccesses(answer));

/** Somebody, or something, that looked at the record, by the name that a patient knows. */
interface Looker {
  readonly name: string;
  readonly count: number;
  readonly last: string;
  readonly emergency: boolean;
}

/** Programs of the clinic are one to a patient, and so are people whose names are not told. */
function lookers(viewers: readonly ChartViewer[], nameOf: (agent: string) => string): Looker[] {
  const byName = Map.groupBy(viewers, ({ agent }) => nameOf(agent));
  return [...byName].map(([name, own]) => ({
    name,
    count: own.reduce((sum, { count }) => sum + count, 0),
    last:
      own
        .map(({ last }) => last)
        .sort()
        .at(-1) ?? '',
    emergency: own.some(({ emergency }) => emergency),
  }));
}

function Viewers({ patient, me }: { patient: string; me: string }): JSX.Element {
  const now = useNow();
  const staff = usePractitionerNames();
  const { found, problem } = useAnswer<readonly ChartViewer[], Parameters>(
    `Patient/${patient}/$disclosures`,
    viewersOf,
  );
  const nameOf = (agent: string): string => {
    const [type, id = ''] = agent.split('/');
    if (agent === me) {
      return 'You';
    }
    return type === 'Practitioner' ? (staff.get(id) ?? 'Somebody of the staff') : 'A program of the clinic';
  };
  return (
    <Card title="Who looked at your record">
      {problem ? <ErrorState problem={problem} /> : null}
      {!found && !problem ? <ListSkeleton rows={4} label="Loading who looked at your record" /> : null}
      {found?.length === 0 ? <EmptyState title="Nobody has looked at it yet" icon={<IconEye size={26} />} /> : null}
      <Rows>
        {lookers(found ?? [], nameOf).map((viewer) => (
          <Row
            key={viewer.name}
            title={viewer.name}
            details={[
              `Last ${dayAndTime(viewer.last, now)}, ${viewer.count === 1 ? 'once' : `${viewer.count} times`} in all`,
            ]}
            aside={viewer.emergency ? <Tag tone="warn">In an emergency</Tag> : null}
          />
        ))}
      </Rows>
    </Card>
  );
}

/** A patient's own page: what there is now, and what the portal will bring. */
export function OwnRecordPage(): JSX.Element {
  const me = useMe();
  const [type, id] = me.reference.split('/');
  return (
    <Page width="list" title={`Welcome${me.given ? `, ${me.given}` : ''}`}>
      <Notice kind="info" title="The patient portal is not open yet.">
        Appointments, results and messages will be here. For now you decide who may use your record, see who looked at
        it, and under{' '}
        <Anchor href="/apps/login/apps" fz="inherit" underline="always">
          Connected apps
        </Anchor>{' '}
        which apps may open it for you.
      </Notice>
      {type === 'Patient' && id ? (
        <>
          <PrivacyChoices patient={id} />
          <Viewers patient={id} me={me.reference} />
        </>
      ) : (
        <Card>
          <EmptyState title="Nothing to show here yet">
            What you may see of the person you act for comes with the portal.
          </EmptyState>
        </Card>
      )}
    </Page>
  );
}
