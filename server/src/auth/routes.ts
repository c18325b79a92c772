import { accountRoutes } from './account-routes.ts';
import { adminRoutes } from './admin-routes.ts';
import { appStateRoutes } from './app-state.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Authenticator } from './authenticate.ts';
import { type DoorMaker, doorMaker, type Route } from './door.ts';
import { externalRoutes } from './external-routes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';

/** Who comes through which doors, in the order in which they are tried. */
const ROUTES: readonly { readonly who: string; readonly routes: (make: DoorMaker) => Route[] }[] = [
  { who: 'a person who signs in', routes: signInRoutes },
  { who: 'a person who signs in at her clinic', routes: externalRoutes },
  { who: 'a person who has signed in', routes: accountRoutes },
  { who: 'an app', routes: oauthRoutes },
  { who: 'an app that keeps something', routes: appStateRoutes },
  { who: 'an admin of a project', routes: adminRoutes },
];

/** A door, and who comes through it. */
export type NamedRoute = Route & { readonly who: string };

/** Every door of the auth room. */
export function routes(deps: AuthDependencies, authenticator: Authenticator): NamedRoute[] {
  const make = doorMaker(deps, authenticator);
  return ROUTES.flatMap(({ who, routes: doors }) => doors(make).map((door) => ({ ...door, who })));
}
