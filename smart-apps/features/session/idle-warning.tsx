import { Button, Group, Modal, Text } from '@mantine/core';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import { createIdleWatch, signOut, useAppClient } from '../../client/index.ts';

const EVENTS = ['pointerdown', 'keydown', 'scroll', 'touchstart'] as const;

/** Channel by which the open tabs of one person tell each other that she is there. */
const TABS = 'mindbridge-activity';
/** How often a tab tells the others at most, in ms. */
const TELL_MS = 5_000;

/** A page that the browser kept in memory shows nothing of a session that has ended: it is loaded again. */
function reloadFromMemory(event: PageTransitionEvent): void {
  if (event.persisted) {
    window.location.reload();
  }
}

/** Watches what a person does; warns after 13 minutes without use and ends the session after 15; what is done in another tab counts. */
function useIdle(): { secondsLeft: number; stay: () => void } | undefined {
  const { medplum, session } = useAppClient();
  const [secondsLeft, setSecondsLeft] = useState<number>();
  const [watch] = useState(() =>
    createIdleWatch(Date.now(), () => void medplum.post('auth/activity', {}).catch(() => undefined)),
  );
  useEffect(() => {
    const tabs = new BroadcastChannel(TABS);
    const count = (): void => {
      if (watch.at(Date.now()).state !== 'ended') {
        watch.activity(Date.now());
      }
    };
    let told = 0;
    const onActivity = (): void => {
      const now = Date.now();
      if (watch.at(now).state === 'active') {
        watch.activity(now);
        if (now - told >= TELL_MS) {
          told = now;
          tabs.postMessage('active');
        }
      }
    };
    tabs.addEventListener('message', count);
    window.addEventListener('pageshow', reloadFromMemory);
    const timer = setInterval(() => {
      const { state, left } = watch.at(Date.now());
      if (state === 'ended') {
        session.end('idle');
      }
      setSecondsLeft(state === 'warning' ? Math.ceil(left / 1000) : undefined);
    }, 1000);
    for (const name of EVENTS) {
      window.addEventListener(name, onActivity, { passive: true });
    }
    return () => {
      clearInterval(timer);
      tabs.close();
      window.removeEventListener('pageshow', reloadFromMemory);
      for (const name of EVENTS) {
        window.removeEventListener(name, onActivity);
      }
    };
  }, [session, watch]);
  const stay = (): void => {
    watch.activity(Date.now());
    const tabs = new BroadcastChannel(TABS);
    tabs.postMessage('active');
    tabs.close();
    setSecondsLeft(undefined);
  };
  return secondsLeft === undefined ? undefined : { secondsLeft, stay };
}

/** Asks whether somebody is there before a session that nobody uses is ended. */
export function IdleWarning(): JSX.Element | null {
  const { medplum } = useAppClient();
  const idle = useIdle();
  if (!idle) {
    return null;
  }
  const { secondsLeft, stay } = idle;
  const left = secondsLeft > 60 ? `${Math.ceil(secondsLeft / 60)} minutes` : `${secondsLeft} seconds`;
  return (
    <Modal opened onClose={stay} title="Are you still there?" centered withCloseButton={false}>
      <Text>For the safety of your patients’ records you are signed out in {left}.</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => void signOut(medplum)}>
          Sign out now
        </Button>
        <Button onClick={stay} data-autofocus>
          Stay signed in
        </Button>
      </Group>
    </Modal>
  );
}
