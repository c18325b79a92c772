import type { JSX, ReactNode } from 'react';
import { useLiveStatus, useMe } from '../../client/index.ts';
import { Brand, ColorSchemeToggle, ConnectionBanner, LiveBadge } from '../../ui/index.ts';
import classes from './app-frame.module.css';

/** Frame of a SMART app: whose it is, whether it is live, and nothing else of a record system. */
export function AppFrame({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  const live = useLiveStatus();
  const me = useMe();
  return (
    <div className={classes.page}>
      <a className="mb-skip" href="#main">
        Skip to the page
      </a>
      <header className={classes.header}>
        <Brand clinic={[title, me.clinic].filter(Boolean).join(' · ')} />
        <div className={classes.tools}>
          <LiveBadge status={live} />
          <ColorSchemeToggle />
        </div>
      </header>
      <ConnectionBanner status={live} />
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  );
}
