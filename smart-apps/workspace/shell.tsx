import type { JSX, ReactNode } from 'react';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { useHouse, useLiveStatus, useMe, useMedplum } from '../client/index.ts';
import {
  Brand,
  ColorSchemeToggle,
  ConnectionBanner,
  HouseStrip,
  LiveBadge,
  PlaceLink,
  TopBar,
  useFocusOnNavigation,
} from '../ui/index.ts';
import { placeAt, placesFor } from './places.ts';
import classes from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

/** Tells browsers and screen readers which place is open; never whose record, for titles stay in the browser’s history. */
function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = [title, 'MindBridge'].filter(Boolean).join(' · ');
  }, [title]);
}

/** Frame of the staff workspace: brand, places, account, the state of the live updates. */
export function Shell({ children }: { children: ReactNode }): JSX.Element {
  const live = useLiveStatus();
  const me = useMe();
  const house = useHouse();
  const main = useFocusOnNavigation();
  const role = useMedplum().getAccessPolicy()?.name;
  usePageTitle(placeAt(useLocation().pathname, role)?.label);
  return (
    <div className={classes.frame}>
      <TopBar
        color={house.primaryColor}
        home={
          <Link to="/" className={classes.home}>
            <Brand clinic={house.name ?? me.clinic} look={house} />
          </Link>
        }
      >
        <LiveBadge status={live} />
        <ColorSchemeToggle />
        <UserMenu />
      </TopBar>
      <ConnectionBanner status={live} />
      <HouseStrip house={house} />
      <div className={classes.shell}>
        <nav className={classes.nav} aria-label="Places">
          <ul>
            {placesFor(role).map((place) => (
              <li key={place.to}>
                <PlaceLink {...place} />
              </li>
            ))}
          </ul>
        </nav>
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          {children}
        </main>
      </div>
    </div>
  );
}
