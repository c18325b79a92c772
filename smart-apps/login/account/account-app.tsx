import { Anchor } from '@mantine/core';
import { IconApps, IconArrowLeft, IconDevices, IconShieldLock } from '@tabler/icons-react';
import type { JSX } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import type { AppClient } from '../../client/index.ts';
import { AppClientProvider, useHouse, useMe } from '../../client/index.ts';
import { SessionGuard } from '../../features/session/index.ts';
import { StepUp } from '../../features/step-up/index.ts';
import { Brand, HouseStrip, PlaceLink, TopBar } from '../../ui/index.ts';
import classes from './account.module.css';
import { AppsPage } from './apps-page.tsx';
import { SecurityPage } from './security-page.tsx';
import { SessionsPage } from './sessions-page.tsx';

const PLACES = [
  { to: '/security', label: 'Ways to sign in', icon: IconShieldLock },
  { to: '/sessions', label: 'Where you are signed in', icon: IconDevices },
  { to: '/apps', label: 'Connected apps', icon: IconApps },
] as const;

function Frame({ children }: { children: JSX.Element }): JSX.Element {
  const me = useMe();
  const house = useHouse();
  return (
    <div className={classes.page}>
      <TopBar color={house.primaryColor} home={<Brand clinic={house.name ?? me.clinic} look={house} />} />
      <HouseStrip house={house} />
      <div className={classes.body}>
        <nav className={classes.nav} aria-label="Your account">
          <Anchor href="/apps/workspace/" size="sm" fw={600} className={classes.back}>
            <IconArrowLeft size={16} aria-hidden /> Workspace
          </Anchor>
          <ul>
            {PLACES.map((place) => (
              <li key={place.to}>
                <PlaceLink {...place} />
              </li>
            ))}
          </ul>
        </nav>
        <main id="main" tabIndex={-1} className={classes.main}>
          {children}
        </main>
      </div>
    </div>
  );
}

/** A person's own account: how she signs in, where she is signed in, and which apps act for her. */
export function AccountApp({ client }: { client: AppClient }): JSX.Element {
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/login" useTransitions={false}>
        <SessionGuard>
          <StepUp>
            <Frame>
              <Routes>
                <Route path="security" element={<SecurityPage />} />
                <Route path="sessions" element={<SessionsPage />} />
                <Route path="apps" element={<AppsPage />} />
              </Routes>
            </Frame>
          </StepUp>
        </SessionGuard>
      </BrowserRouter>
    </AppClientProvider>
  );
}
