import type { Project } from '@medplum/fhirtypes';
import type { AppClient } from './app-client.ts';
import { keepClinicTime } from './clinic-time.ts';

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
