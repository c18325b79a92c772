import { Anchor } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconEye } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { ChartViewer, Problem } from '../../client/index.ts';
import {
  chartAccesses,
  chartViewers,
  problemOf,
  useMe,
  useMedplum,
  useNow,
  usePractitionerNames,
} from '../../client/index.ts';
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

function useViewers(patient: string | undefined): { readonly found?: readonly ChartViewer[]; problem?: Problem } {
  const medplum = useMedplum();
  const [answer, setAnswer] = useState<{ found?: readonly ChartViewer[]; problem?: Problem }>({});
  useEffect(() => {
    if (!patient) {
      return;
    }
    medplum.get<Parameters>(medplum.fhirUrl('Patient', patient, '$disclosures'), { cache: 'no-cache' }).then(
      (accesses) => setAnswer({ found: chartViewers(chartAccesses(accesses)) }),
      (error: unknown) => setAnswer({ problem: problemOf(error) }),
    );
  }, [medplum, patient]);
  return answer;
}

function Viewers({ patient, me }: { patient: string; me: string }): JSX.Element {
  const now = useNow();
  const staff = usePractitionerNames();
  const { found, problem } = useViewers(patient);
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
        {(found ?? []).map((viewer) => (
          <Row
            key={viewer.agent}
            title={nameOf(viewer.agent)}
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
        Appointments, results and messages will be here. For now you see who looked at your record, and under{' '}
        <Anchor href="/apps/login/apps" fz="inherit">
          Connected apps
        </Anchor>{' '}
        which apps may open it for you.
      </Notice>
      {type === 'Patient' && id ? (
        <Viewers patient={id} me={me.reference} />
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
