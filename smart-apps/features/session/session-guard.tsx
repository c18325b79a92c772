import { Text } from '@mantine/core';
import type { JSX, ReactNode } from 'react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { AppSession, SessionEnd } from '../../client/index.ts';
import { hasDrafts, useAppClient } from '../../client/index.ts';
import { IdleWarning } from './idle-warning.tsx';
import { LockScreen } from './lock-screen.tsx';
import classes from './session.module.css';

/** Nothing of what was shown: the page goes to the sign-in, or waits for its person when she has typed something. */
function Ended({ session, reason }: { session: AppSession; reason: SessionEnd }): JSX.Element {
  const [waits] = useState(hasDrafts);
  useEffect(() => {
    if (!waits) {
      void session.closed().then(() => session.leave(reason));
    }
  }, [waits, session, reason]);
  return waits ? (
    <LockScreen session={session} reason={reason} />
  ) : (
    <main className={classes.locked}>
      <Text role="status">Locked</Text>
    </main>
  );
}

/** Shows an app while its session lasts; ends one that nobody uses, after a warning, and clears the screen. */
export function SessionGuard({ children }: { children: ReactNode }): JSX.Element {
  const { session } = useAppClient();
  const reason = useSyncExternalStore(session.subscribe, session.ended);
  return reason ? (
    <Ended session={session} reason={reason} />
  ) : (
    <>
      {children}
      <IdleWarning />
    </>
  );
}
