import type { Project } from '@medplum/fhirtypes';
import type { AppClient } from './app-client.ts';
import { createAppClient, WORKSPACE_STORAGE } from './app-client.ts';
import { keepClinicTime } from './clinic-time.ts';
import { signInUrl, toSignIn } from './sign-in.ts';

/** The clinic's time zone as the server's `auth/me` tells it; another server than ours may tell none. */
function timeZoneOf(project: Project | undefined): string | undefined {
  return project?.setting?.find(({ name }) => name === 'timeZone')?.valueString;
}

/** Waits for what the server says of the session: who it is, what they may do, and whose time the screens keep. */
export async function openSession({ medplum, session }: AppClient): Promise<void> {
  session.keepPerson();
  await medplum.getProfileAsync().catch(() => undefined);
  keepClinicTime(timeZoneOf(medplum.getProject()));
}

/** The session of who signed in to this server; where there is none, the sign-in page is shown instead. */
export async function openOwnSession(): Promise<AppClient | undefined> {
  const client = createAppClient({
    baseUrl: `${window.location.origin}/`,
    storagePrefix: WORKSPACE_STORAGE,
    leave: toSignIn,
    unlockUrl: signInUrl('/apps/workspace/'),
  });
  if (!client.medplum.getActiveLogin()) {
    toSignIn();
    return undefined;
  }
  await openSession(client);
  return client;
}
