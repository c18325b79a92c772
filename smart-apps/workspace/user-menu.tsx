import { Avatar, Menu, UnstyledButton } from '@mantine/core';
import { IconApps, IconDevices, IconLogout, IconShieldLock } from '@tabler/icons-react';
import type { JSX } from 'react';
import { signOut, useMe, useMedplum } from '../client/index.ts';
import { roleWords } from '../ui/index.ts';
import classes from './shell.module.css';

const ACCOUNT = [
  { href: '/apps/login/security', label: 'Ways to sign in', icon: IconShieldLock },
  { href: '/apps/login/sessions', label: 'Where you are signed in', icon: IconDevices },
  { href: '/apps/login/apps', label: 'Connected apps', icon: IconApps },
] as const;

/** Who is signed in, the own account, and the way out. */
export function UserMenu(): JSX.Element {
  const medplum = useMedplum();
  const me = useMe();
  const role = medplum.getAccessPolicy()?.name;
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
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
        {ACCOUNT.map(({ href, label, icon: Icon }) => (
          <Menu.Item key={href} component="a" href={href} leftSection={<Icon size={17} aria-hidden />}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={17} aria-hidden />} onClick={() => void signOut(medplum)}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
