import { Button, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import type { JSX } from 'react';
import { makePasskey, passkeysSupported, useMedplum, useNow, useProven } from '../../client/index.ts';
import { shortDate, timeAgo } from '../../ui/index.ts';
import { AuthenticatorCard } from './authenticator-card.tsx';
import { deviceName } from './device-name.ts';
import type { OwnLine } from './own-list.tsx';
import { OwnList } from './own-list.tsx';
import { PasswordCard } from './password-card.tsx';
import { useOwn } from './use-own.ts';

interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt?: string;
  readonly synced: boolean;
}

function Passkeys(): JSX.Element {
  const medplum = useMedplum();
  const proven = useProven();
  const now = useNow();
  const own = useOwn<{ passkeys: Passkey[] }>('auth/passkeys');
  const add = async (): Promise<void> => {
    const { options } = await proven('add a passkey', () =>
      medplum.post<{ options: PublicKeyCredentialCreationOptionsJSON }>('auth/passkeys/options', {}),
    );
    const response = await makePasskey(options);
    await medplum.post('auth/passkeys', { response, name: deviceName(navigator.userAgent) });
  };
  const remove = (id: string): Promise<unknown> =>
    proven('remove this passkey', () => medplum.post('auth/passkeys/remove', { id }));
  const line = (passkey: Passkey): OwnLine => ({
    id: passkey.id,
    icon: <IconFingerprint size={22} aria-hidden />,
    title: passkey.name,
    badge: passkey.synced ? 'On all your devices' : undefined,
    details: [
      `Made ${shortDate(passkey.createdAt)} · ${passkey.lastUsedAt ? `last used ${timeAgo(passkey.lastUsedAt, now)}` : 'not used yet'}`,
    ],
    action: (
      <Button
        variant="default"
        loading={own.busy === passkey.id}
        onClick={() => void own.act(passkey.id, () => remove(passkey.id))}
        aria-label={`Remove the passkey ${passkey.name}`}
      >
        Remove
      </Button>
    ),
  });
  return (
    <OwnList
      title="Passkeys"
      own={own}
      lines={({ passkeys }) => passkeys.map(line)}
      empty="No passkey yet: the safest way in, with nothing to type"
      emptyIcon={<IconFingerprint size={26} />}
      aside={
        passkeysSupported() ? (
          <Button size="compact-md" loading={own.busy === 'add'} onClick={() => void own.act('add', add)}>
            Add a passkey
          </Button>
        ) : null
      }
    />
  );
}

/** How the person signs in: passkeys, authenticator app, password. */
export function SecurityPage(): JSX.Element {
  return (
    <>
      <h1>Ways to sign in</h1>
      <Text c="dimmed" mb={16}>
        A second proof keeps your patients’ records safe even when somebody knows your password.
      </Text>
      <Passkeys />
      <AuthenticatorCard />
      <PasswordCard />
    </>
  );
}
