import { Button, Text } from '@mantine/core';
import { IconApps } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useMedplum, useNow } from '../../client/index.ts';
import { timeAgo } from '../../ui/index.ts';
import { scopeWords } from '../scope-words.ts';
import type { OwnLine } from './own-list.tsx';
import { OwnList } from './own-list.tsx';
import { useOwn } from './use-own.ts';

interface ConnectedApp {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly offline: boolean;
  readonly since: string;
  readonly lastUsed: string;
}

/** What an app may do, in plain words and not too many of them. */
function mayWords(scopes: readonly string[]): string {
  const words = scopeWords(scopes.join(' '))
    .filter(({ scope }) => !scope.endsWith('_access'))
    .map((one) => one.words);
  const shown = words.slice(0, 4).join('; ');
  return words.length > 4 ? `${shown}; and ${words.length - 4} more` : shown || 'Knows who you are';
}

/** The apps that act for the person, and the way to end each. @see https://hl7.org/fhir/smart-app-launch/conformance.html */
export function AppsPage(): JSX.Element {
  const medplum = useMedplum();
  const now = useNow();
  const own = useOwn<{ apps: ConnectedApp[] }>('auth/apps');
  const line = (app: ConnectedApp): OwnLine => ({
    id: app.clientId,
    icon: <IconApps size={22} aria-hidden />,
    title: app.name,
    badge: app.offline ? 'Also when you are away' : undefined,
    details: [mayWords(app.scopes), `Since ${timeAgo(app.since, now)} · last used ${timeAgo(app.lastUsed, now)}`],
    action: (
      <Button
        variant="default"
        loading={own.busy === app.clientId}
        onClick={() => void own.act(app.clientId, () => medplum.post('auth/apps/revoke', { clientId: app.clientId }))}
        aria-label={`End access of ${app.name}`}
      >
        End access
      </Button>
    ),
  });
  return (
    <>
      <h1>Connected apps</h1>
      <Text c="dimmed" mb={16}>
        These apps may open records with your rights. Ending an access takes effect at once.
      </Text>
      <OwnList
        title="Apps"
        own={own}
        lines={({ apps }) => apps.map(line)}
        empty="No app has access through your account"
        emptyIcon={<IconApps size={26} />}
      />
    </>
  );
}
