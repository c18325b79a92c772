import { Button, Group, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { AppSession, SessionEnd } from '../../client/index.ts';
import { forgetDrafts, openUnlockWindow } from '../../client/index.ts';
import { announce, Card, focusWhenShown } from '../../ui/index.ts';
import classes from './session.module.css';

const WHY: Readonly<Record<SessionEnd, string>> = {
  idle: 'You were signed out because nothing was done for 15 minutes.',
  expired: 'Your session has ended.',
};

/** In place of everything, while words that were typed wait for the person who typed them. */
export function LockScreen({ session, reason }: { session: AppSession; reason: SessionEnd }): JSX.Element {
  const [closed, setClosed] = useState(false);
  useEffect(() => {
    announce('');
    void session.closed().then(() => setClosed(true));
  }, [session]);
  const discard = (): void => {
    forgetDrafts();
    session.leave(reason);
  };
  return (
    <main className={classes.locked}>
      <Card>
        <Stack gap={14} p={8}>
          <IconLock size={28} aria-hidden />
          <h1 tabIndex={-1} ref={focusWhenShown} style={{ margin: 0 }}>
            Locked
          </h1>
          <Text>
            {WHY[reason]} What you typed and did not send is kept in this tab: sign in again
            {session.person() ? ` as ${session.person()}` : ''} to go on with it. Nobody else gets to see it.
          </Text>
          <Group gap={10}>
            <Button loading={!closed} onClick={() => openUnlockWindow(session.unlockUrl)}>
              Sign in and go on
            </Button>
            <Button variant="default" disabled={!closed} onClick={discard}>
              Discard it
            </Button>
          </Group>
        </Stack>
      </Card>
    </main>
  );
}
