import type { Project } from '@medplum/fhirtypes';

/** Name of the secret by which a clinic's bots know its time zone, as `bots` documents it. */
const SECRET = 'TIME_ZONE';

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The clinic's time zone, such as `America/New_York`: whose screens keep the time that its bots keep. Nothing secret. */
export function clinicTimeZone(project: Project): string | undefined {
  const name = project.secret?.find((secret) => secret.name === SECRET)?.valueString;
  return name !== undefined && isTimeZone(name) ? name : undefined;
}
