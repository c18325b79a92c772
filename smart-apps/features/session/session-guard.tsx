import { Button, Group, Modal, Text } from '@mantine/core';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import { createIdleWatch, signOut, useMedplum } from '../../client/index.ts';

const EVENTS = ['pointerdown', 'keydown', 'scroll', 'touchstart'] as const;

/** Watches what a person does; warns after 13 minutes without use and ends the session after 15. */
function useIdle(): { secondsLeft: number; stay: () => void } | undefined {
  const medplum = useMedplum();
  const [secondsLeft, setSecondsLeft] = useState<number>();
  const [watch] = useState(() =>
    createIdleWatch(Date.now(), () => void medplum.post('auth/activity', {}).catch(() => undefined)),
  );
  useEffect(() => {
    const onActivity = (): void => {
      if (watch.at(Date.now()).state === 'active') {
        watch.activity(Date.now());
      }
    };
    const timer = setInterval(() => {
      const { state, left } = watch.at(Date.now());
      if (state === 'ended') {
        clearInterval(timer);
        void signOut(medplum, 'idle');
      }
      setSecondsLeft(state === 'warning' ? Math.ceil(left / 1000) : undefined);
    }, 1000);
    for (const name of EVENTS) {
      window.addEventListener(name, onActivity, { passive: true });
    }
    return () => {
      clearInterval(timer);
      for (const name of EVENTS) {
        window.removeEventListener(name, onActivity);
      }
    };
  }, [medplum, watch]);
  const stay = (): void => {
    watch.activity(Date.now());
    setSecondsLeft(undefined);
  };
  return secondsLeft === undefined ? undefined : { secondsLeft, stay };
}

/** Ends a session that nobody uses, after a warning; what was on the screen is cleared. */
export function SessionGuard(): JSX.Element | null {
  const medplum = useMedplum();
  const idle = useIdle();
  if (!idle) {
    return null;
  }
  const { secondsLeft } = idle;
  const left = secondsLeft > 60 ? `${Math.ceil(secondsLeft / 60)} minutes` : `${secondsLeft} seconds`;
  return (
    <Modal opened onClose={idle.stay} title="Are you still there?" centered withCloseButton={false}>
      <Text>For the safety of your patients’ records you are signed out in {left}.</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => void signOut(medplum, 'signed-out')}>
          Sign out now
        </Button>
        <Button onClick={idle.stay} data-autofocus>
          Stay signed in
        </Button>
      </Group>
    </Modal>
  );
}
