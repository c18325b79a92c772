import { z } from 'zod';

import { connectedApps, REVOKE_APP, REVOKE_LOGIN, revokeApp, revokeLogin } from './connected-apps.ts';
import type { DoorMaker, Route } from './door.ts';
import { sessionDetails } from './me.ts';
import { disableMfa, enrollMfa, MFA_TOKEN, mfaStatus } from './mfa.ts';
import { CHANGE_PASSWORD, changePassword } from './own-password.ts';
import { END_SESSIONS, endOwnSessions, ownSessions } from './own-sessions.ts';
import {
  addPasskey,
  deletePasskey,
  listPasskeys,
  NEW_PASSKEY,
  newPasskeyOptions,
  REMOVE_PASSKEY,
} from './passkey-endpoints.ts';
import { recordActivity } from './sign-in-steps.ts';
import { START_LAUNCH, startLaunch } from './start-launch.ts';
import { STEP_UP, stepUp, stepUpOptions, stepUpStatus } from './step-up.ts';

const NOTHING = z.object({});

/** The doors of an account: a person who has signed in, with her own things. */
export function accountRoutes({ deps, forget, own, act }: DoorMaker): Route[] {
  return [
    own('/auth/me', (state) => sessionDetails(deps, state)),
    act('/auth/activity', NOTHING, (state) => recordActivity(deps, state.sessionId)),
    act('/auth/launch', START_LAUNCH, (state, body) => startLaunch(deps, state, body), 201),
    own('/auth/apps', (state) => connectedApps(deps, state)),
    act('/auth/apps/revoke', REVOKE_APP, (state, body) => revokeApp(deps, state, body, forget)),
    own('/auth/sessions', (state) => ownSessions(deps, state)),
    act('/auth/sessions/end', END_SESSIONS, (state, body) => endOwnSessions(deps, state, body, forget)),
    act('/auth/revoke', REVOKE_LOGIN, (state, body) => revokeLogin(deps, state, body, forget)),
    own('/auth/mfa/status', (state) => mfaStatus(deps, state)),
    act('/auth/mfa/enroll', MFA_TOKEN, (state, body, origin) => enrollMfa(deps, state, body, origin)),
    act('/auth/mfa/disable', MFA_TOKEN, (state, body, origin) => disableMfa(deps, state, body, origin)),
    own('/auth/passkeys', (state) => listPasskeys(deps, state)),
    act('/auth/passkeys/options', NOTHING, (state) => newPasskeyOptions(deps, state)),
    act('/auth/passkeys', NEW_PASSKEY, (state, body) => addPasskey(deps, state, body), 201),
    act('/auth/passkeys/remove', REMOVE_PASSKEY, (state, body) => deletePasskey(deps, state, body)),
    own('/auth/step-up', (state) => stepUpStatus(deps, state)),
    act('/auth/step-up/options', NOTHING, (state) => stepUpOptions(deps, state)),
    act('/auth/step-up', STEP_UP, async (state, body, origin) => {
      const { session, until } = await stepUp(deps, state, body, origin);
      forget(session);
      return { steppedUpUntil: until.toISOString() };
    }),
    act('/auth/changepassword', CHANGE_PASSWORD, (state, body, origin) =>
      changePassword(deps, state, body, { origin, forget }),
    ),
  ];
}
