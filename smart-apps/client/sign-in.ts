import type { MedplumClient } from '@medplum/core';

/** Address of the sign-in page. */
export const SIGN_IN_PATH = '/apps/login/';

/** Address of the sign-in page that comes back to `next` afterwards; `reason` is told to the person. */
export function signInUrl(next: string, reason?: 'expired' | 'idle' | 'signed-out'): string {
  const query = new URLSearchParams({ next });
  if (reason) {
    query.set('reason', reason);
  }
  return `${SIGN_IN_PATH}?${query.toString()}`;
}

/** Pages of the sign-in app for people who are signed in. */
const ACCOUNT_PATHS = ['apps', 'sessions', 'security'].map((place) => SIGN_IN_PATH + place);

/** A path of this origin to go to after sign-in; anything else (another host, a script) becomes the workspace. */
export function safeNext(next: string | null, origin: string): string {
  try {
    const url = new URL(next ?? '', origin);
    const page = !url.pathname.startsWith(SIGN_IN_PATH) || ACCOUNT_PATHS.includes(url.pathname);
    const inside = url.origin === origin && url.pathname.startsWith('/apps/') && page;
    return next && inside ? url.pathname + url.search + url.hash : '/apps/workspace/';
  } catch {
    return '/apps/workspace/';
  }
}

/** Ends the session here and on the server, then shows the sign-in page. Works without a network too. */
export async function signOut(medplum: MedplumClient, reason: 'idle' | 'signed-out'): Promise<void> {
  try {
    await medplum.signOut();
  } catch {
    medplum.clear();
  }
  const next = reason === 'idle' ? window.location.pathname + window.location.search : '/apps/workspace/';
  window.location.replace(signInUrl(next, reason));
}
