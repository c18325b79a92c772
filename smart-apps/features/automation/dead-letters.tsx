import { Button } from '@mantine/core';
import type { Parameters } from '@medplum/fhirtypes';
import { IconRepeat } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useCallback, useEffect, useState } from 'react';
import type { DeadLetter, Problem } from '../../client/index.ts';
import { deadLetters, problemOf, useMedplum, useNow } from '../../client/index.ts';
import {
  announce,
  Card,
  EmptyState,
  ErrorState,
  ListSkeleton,
  Row,
  Rows,
  recordWords,
  Tag,
  timeAgo,
} from '../../ui/index.ts';

/** Changes that could not be delivered, each with a way to send it again. */
export function DeadLetters(): JSX.Element {
  const medplum = useMedplum();
  const now = useNow();
  const [letters, setLetters] = useState<readonly DeadLetter[]>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<string>();
  const load = useCallback(async (): Promise<void> => {
    try {
      const url = medplum.fhirUrl('Subscription', '$dead-letters');
      setLetters(deadLetters(await medplum.get<Parameters>(url, { cache: 'no-cache' })));
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, [medplum]);
  useEffect(() => {
    void load();
  }, [load]);
  const send = async (letter: DeadLetter): Promise<void> => {
    setBusy(letter.key);
    try {
      const url = medplum.fhirUrl('Subscription', letter.subscriptionId, '$replay');
      url.searchParams.set('eventNumber', letter.eventNumber);
      await medplum.post(url, { resourceType: 'Parameters' });
      announce('Sent again.');
      await load();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(undefined);
  };
  return (
    <Card title="Not delivered">
      {problem ? <ErrorState problem={problem} onRetry={() => void load()} /> : null}
      {!letters && !problem ? <ListSkeleton rows={2} label="Loading what was not delivered" /> : null}
      {letters?.length === 0 && !problem ? (
        <EmptyState title="Everything was delivered">
          A change that a receiver refuses for 72 hours is listed here and can be sent again.
        </EmptyState>
      ) : null}
      <Rows>
        {(letters ?? []).map((letter) => (
          <Row
            key={letter.key}
            title={letter.reason}
            details={[
              [recordWords(letter.focus), `${letter.attempts} attempts`, timeAgo(letter.at, now)]
                .filter(Boolean)
                .join(' · '),
              letter.error,
            ]}
            aside={
              <>
                <Tag>{letter.channel}</Tag>
                <Button
                  variant="default"
                  leftSection={<IconRepeat size={16} aria-hidden />}
                  loading={busy === letter.key}
                  onClick={() => void send(letter)}
                >
                  Send again
                </Button>
              </>
            }
          />
        ))}
      </Rows>
    </Card>
  );
}
