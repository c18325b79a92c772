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

/** A page is left once: answers that come while it is being left, such as a 401 after signing out, change nothing. */
let leaving = false;

/** True once the page is being left for the sign-in page. */
export function isLeaving(): boolean {
  return leaving;
}

/** Shows the sign-in page, unless this page is being left already; afterwards the person is back where she was. */
export function toSignIn(reason?: 'expired' | 'idle'): void {
  if (!leaving) {
    leaving = true;
    window.location.replace(signInUrl(window.location.pathname + window.location.search, reason));
  }
}

/** How long the server may take to end a session before it is ended here all the same, in ms. */
const PATIENCE_MS = 3_000;

/** Ends the session here and on the server; works without a network too. Answers where the person's provider signs her out. */
export async function endLogin(medplum: MedplumClient): Promise<string | undefined> {
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS));
  const asked: Promise<{ readonly redirect?: string }> = medplum.post(
    new URL('oauth2/logout', medplum.getBaseUrl()),
    {},
  );
  const answer = await Promise.race([asked.catch(() => undefined), patience]);
  medplum.clear();
  return answer?.redirect;
}

/** Signs out, at her clinic's provider too where she signed in there, and shows the sign-in page. */
export async function signOut(medplum: MedplumClient): Promise<void> {
  if (!leaving) {
    leaving = true;
    const redirect = await endLogin(medplum);
    window.location.replace(redirect ?? signInUrl('/apps/workspace/', 'signed-out'));
  }
}

const UNLOCKS = 'mindbridge-unlocks';

/** Opens a window in which the person of a locked page signs in anew; it knows by its copy of the session storage what it is for. */
export function openUnlockWindow(url: string): void {
  window.sessionStorage.setItem(UNLOCKS, 'true');
  window.open(url, '_blank', 'popup,width=520,height=820');
  window.sessionStorage.removeItem(UNLOCKS);
}

/** Closes this window when it was opened to unlock a page; that page hears of the sign-in by itself. */
export function closeUnlockWindow(): void {
  if (window.sessionStorage.getItem(UNLOCKS)) {
    window.close();
  }
}
