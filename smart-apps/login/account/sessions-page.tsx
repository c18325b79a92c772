import { Button, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useMedplum, useNow } from '../../client/index.ts';
import { dayAndTime, timeAgo } from '../../ui/index.ts';
import { deviceName, isHandheld } from './device-name.ts';
import type { OwnLine } from './own-list.tsx';
import { OwnList } from './own-list.tsx';
import { useOwn } from './use-own.ts';

interface OwnSession {
  readonly id: string;
  readonly current: boolean;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly app?: { readonly name: string };
}

/** Where the person is signed in, and the way to end each session or all others. @see security.md S61 */
export function SessionsPage(): JSX.Element {
  const medplum = useMedplum();
  const now = useNow();
  const own = useOwn<{ sessions: OwnSession[] }>('auth/sessions');
  const end = (name: string, body: unknown): void => void own.act(name, () => medplum.post('auth/sessions/end', body));
  const line = (session: OwnSession): OwnLine => ({
    id: session.id,
    icon: isHandheld(session.userAgent) ? (
      <IconDeviceMobile size={22} aria-hidden />
    ) : (
      <IconDeviceDesktop size={22} aria-hidden />
    ),
    title: [deviceName(session.userAgent), session.app?.name].filter(Boolean).join(' · '),
    badge: session.current ? 'This one' : undefined,
    details: [
      [session.address && `From ${session.address}`, `last used ${timeAgo(session.lastSeenAt, now)}`]
        .filter(Boolean)
        .join(' · '),
      `Signed in ${dayAndTime(session.createdAt, now)}`,
    ],
    action: session.current ? undefined : (
      <Button
        variant="default"
        loading={own.busy === session.id}
        onClick={() => end(session.id, { session: session.id })}
        aria-label={`End the session of ${deviceName(session.userAgent)}, signed in ${dayAndTime(session.createdAt, now)}`}
      >
        End
      </Button>
    ),
  });
  const others = (own.found?.sessions ?? []).filter((session) => !session.current).length;
  return (
    <>
      <h1>Where you are signed in</h1>
      <Text c="dimmed" mb={16}>
        Do you not know one of these? End it, and change your password.
      </Text>
      <OwnList
        title="Sessions"
        own={own}
        lines={({ sessions }) => sessions.map(line)}
        empty="No session"
        aside={
          others > 1 ? (
            <Button
              variant="light"
              size="compact-md"
              loading={own.busy === 'others'}
              onClick={() => end('others', { others: true })}
            >
              End all others
            </Button>
          ) : null
        }
      />
    </>
  );
}
