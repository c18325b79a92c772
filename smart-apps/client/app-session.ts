import type { LoginState, MedplumClient } from '@medplum/core';
import { forgetDrafts, hasDrafts } from './drafts.ts';
import { endLogin } from './sign-in.ts';

/** Why a session ended without a word of the person: nobody used it, or the server or another tab ended it. */
export type SessionEnd = 'idle' | 'expired';

/** What an app knows of signing in anew. */
export interface SessionDoors {
  /** Shows the sign-in page, or where else a new session is had, in place of this page. */
  readonly leave: (reason: SessionEnd) => void;
  /** Address that signs in anew, for a window of its own. */
  readonly unlockUrl: string;
  /** Where in localStorage the login of this app stands. */
  readonly loginKey: string;
}

/** A session as the screens see it: it lasts, or it has ended and what was typed waits for the same person. */
export interface AppSession extends Pick<SessionDoors, 'leave' | 'unlockUrl'> {
  readonly ended: () => SessionEnd | undefined;
  /** Settles once the server knows that the session has ended. */
  readonly closed: () => Promise<unknown>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly end: (reason: SessionEnd) => void;
  /** Remembers for whom the page is open. */
  readonly keepPerson: () => void;
  /** Name of the person whose words are kept. */
  readonly person: () => string | undefined;
}

function personOf(login: LoginState | undefined): string | undefined {
  const [profile, project] = [login?.profile?.reference, login?.project?.reference];
  return profile && `${profile} ${project ?? ''}`;
}

/** The session of an app. While words are kept, a sign-in in another window opens the page again, to the same person only. */
export function createAppSession(client: () => MedplumClient, doors: SessionDoors): AppSession {
  const listeners = new Set<() => void>();
  let reason: SessionEnd | undefined;
  let closed: Promise<unknown> = Promise.resolve();
  let login: LoginState | undefined;

  const become = (next: SessionEnd | undefined): void => {
    reason = next;
    for (const listener of listeners) {
      listener();
    }
  };
  const end = (why: SessionEnd): void => {
    if (reason === undefined) {
      closed = why === 'idle' ? endLogin(client()) : Promise.resolve();
      become(why);
    }
  };
  const goOn = async (next: LoginState): Promise<void> => {
    client().setAccessToken(next.accessToken, next.refreshToken);
    await client()
      .getProfileAsync()
      .catch(() => undefined);
    become(undefined);
  };
  // Comes before MedplumClient's own listener, which would load the page again and so lose what was typed.
  window.addEventListener('storage', (event) => {
    if (event.key !== doors.loginKey && event.key !== null) {
      return;
    }
    // What stands there now: a client that signs in anew first takes the old login away.
    const next = client().getActiveLogin();
    if (next && personOf(next) !== undefined && personOf(next) === personOf(login)) {
      event.stopImmediatePropagation();
      void goOn(next);
    } else if (hasDrafts() && !next) {
      event.stopImmediatePropagation();
      end('expired');
    } else {
      forgetDrafts();
    }
  });
  return {
    ...doors,
    ended: () => reason,
    closed: () => closed,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end,
    keepPerson: () => {
      login = client().getActiveLogin();
    },
    person: () => login?.profile?.display,
  };
}
