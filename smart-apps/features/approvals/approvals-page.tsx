import { Button, Group } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import type { ProposedChange } from '../../client/index.ts';
import {
  changeWords,
  proposedChanges,
  reasonsOf,
  StepUpCancelledError,
  useAnswer,
  useMe,
  useMedplum,
  useNow,
  usePractitionerNames,
  useProven,
} from '../../client/index.ts';
import {
  announce,
  Card,
  EmptyState,
  ErrorState,
  ListSkeleton,
  Notice,
  Page,
  Row,
  Rows,
  Tag,
  timeAgo,
} from '../../ui/index.ts';
import { ChangeDetails } from './change-details.tsx';

interface Decisions {
  readonly busy?: string;
  readonly refusals: readonly string[];
  readonly decide: (change: ProposedChange, approve: boolean) => void;
}

function useDecisions(onDecided: () => Promise<void>): Decisions {
  const medplum = useMedplum();
  const proven = useProven();
  const [busy, setBusy] = useState<string>();
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const decide = async ({ id }: ProposedChange, approve: boolean): Promise<void> => {
    setBusy(id);
    setRefusals([]);
    try {
      const send = () => medplum.post(medplum.fhirUrl('$decide-change'), { change: id, approve }, 'application/json');
      await proven(approve ? 'agree to this change' : 'turn this change down', send);
      announce(approve ? 'The change is made.' : 'The change is turned down.');
      await onDecided();
    } catch (error) {
      setRefusals(error instanceof StepUpCancelledError ? [] : reasonsOf(error));
    }
    setBusy(undefined);
  };
  return { busy, refusals, decide: (change, approve) => void decide(change, approve) };
}

function Buttons(props: { change: ProposedChange; mine: boolean; decisions: Decisions }): JSX.Element {
  const { change, decisions } = props;
  const words = changeWords(change);
  const busy = decisions.busy === change.id;
  return (
    <Group gap={8}>
      <Button
        variant="default"
        leftSection={<IconX size={16} aria-hidden />}
        loading={busy}
        aria-label={`${props.mine ? 'Withdraw' : 'Turn down'}: ${words}`}
        onClick={() => decisions.decide(change, false)}
      >
        {props.mine ? 'Withdraw' : 'Turn down'}
      </Button>
      {props.mine ? null : (
        <Button
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={busy}
          aria-label={`Agree: ${words}`}
          onClick={() => decisions.decide(change, true)}
        >
          Agree
        </Button>
      )}
    </Group>
  );
}

/** What waits for a second administrator, each with what it would change. @see security.md, role matrix, Admin/IT */
export function ApprovalsPage(): JSX.Element {
  const waiting = useAnswer<readonly ProposedChange[], Parameters>('$proposed-changes', proposedChanges);
  const decisions = useDecisions(waiting.reload);
  const names = usePractitionerNames();
  const me = useMe();
  const now = useNow();
  const { found, problem } = waiting;
  const nameOf = (reference: string): string => names.get(reference.split('/')[1] ?? '') ?? 'An administrator';
  return (
    <Page
      width="table"
      title="Approvals"
      lead="What one administrator changes of who may do what, another agrees to. A proposal waits for seven days."
    >
      <Card title="Waiting for a second administrator">
        {decisions.refusals.map((refusal) => (
          <Notice key={refusal} kind="error" title="Nothing was changed.">
            {refusal}
          </Notice>
        ))}
        {problem ? <ErrorState problem={problem} onRetry={() => void waiting.reload()} /> : null}
        {!found && !problem ? <ListSkeleton rows={3} label="Loading what waits" /> : null}
        {found?.length === 0 ? (
          <EmptyState title="Nothing waits">
            Changes of policies, memberships, apps and bots appear here where the clinic asks for a second person.
          </EmptyState>
        ) : null}
        <Rows>
          {(found ?? []).map((change) => {
            const mine = change.proposedBy === me.reference;
            return (
              <Row
                key={change.id}
                title={
                  <>
                    {changeWords(change)} {mine ? <Tag tone="accent">Yours</Tag> : null}
                  </>
                }
                details={[
                  `Proposed by ${mine ? 'you' : nameOf(change.proposedBy)}, ${timeAgo(change.proposedAt, now)}`,
                ]}
                aside={<Buttons change={change} mine={mine} decisions={decisions} />}
              >
                <ChangeDetails change={change} />
              </Row>
            );
          })}
        </Rows>
      </Card>
    </Page>
  );
}
