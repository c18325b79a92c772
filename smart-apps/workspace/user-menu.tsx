import { Avatar, Menu, UnstyledButton } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import type { JSX } from 'react';
import { signOut, useMe, useMedplum } from '../client/index.ts';
import { roleWords } from '../ui/index.ts';
import classes from './shell.module.css';

/** Who is signed in, and the way out. */
export function UserMenu(): JSX.Element {
  const medplum = useMedplum();
  const me = useMe();
  const role = medplum.getAccessPolicy()?.name;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton style={{ display: 'flex', alignItems: 'center', gap: 10, padding: 4, borderRadius: 10 }}>
          <span className="mb-hidden">Account of </span>
          <Avatar name={me.name} color="tide" radius="xl" size={34} aria-hidden />
          <span className={classes.who}>
            <span style={{ fontWeight: 600, fontSize: '0.875rem' }}>{me.name}</span>
            {role ? <span style={{ fontSize: '0.75rem', color: 'var(--mb-soft)' }}>{roleWords(role)}</span> : null}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{[me.name, me.clinic].filter(Boolean).join(' · ')}</Menu.Label>
        <Menu.Item
          leftSection={<IconLogout size={17} aria-hidden />}
          onClick={() => void signOut(medplum, 'signed-out')}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
