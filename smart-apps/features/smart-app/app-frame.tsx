import type { JSX, ReactNode } from 'react';
import { useLiveStatus, useMe } from '../../client/index.ts';
import { Brand, ColorSchemeToggle, ConnectionBanner, LiveBadge, TopBar } from '../../ui/index.ts';
import classes from './app-frame.module.css';

/** Frame of a SMART app: whose it is, whether it is live, and nothing else of a record system. */
export function AppFrame({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  const live = useLiveStatus();
  const me = useMe();
  return (
    <div className={classes.page}>
      <TopBar home={<Brand clinic={[title, me.clinic].filter(Boolean).join(' · ')} />}>
        <LiveBadge status={live} />
        <ColorSchemeToggle />
      </TopBar>
      <ConnectionBanner status={live} />
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  );
}
