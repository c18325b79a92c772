import type { JSX, ReactNode } from 'react';
import { useHouse, useLiveStatus, useMe } from '../../client/index.ts';
import {
  Brand,
  ColorSchemeToggle,
  ConnectionBanner,
  HouseStrip,
  LiveBadge,
  TopBar,
  useFocusOnNavigation,
} from '../../ui/index.ts';
import classes from './app-frame.module.css';

/** Frame of a SMART app: whose it is, who is signed in, whether it is live, and nothing else of a record system. */
export function AppFrame({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  const live = useLiveStatus();
  const me = useMe();
  const house = useHouse();
  const main = useFocusOnNavigation();
  return (
    <div className={classes.page}>
      <TopBar
        color={house.primaryColor}
        home={<Brand clinic={[title, house.name ?? me.clinic].filter(Boolean).join(' · ')} look={house} />}
      >
        <LiveBadge status={live} />
        <span className={classes.who}>{me.name}</span>
        <ColorSchemeToggle />
      </TopBar>
      <ConnectionBanner status={live} />
      <HouseStrip house={house} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  );
}
