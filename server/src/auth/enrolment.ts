import type { User } from '@medplum/fhirtypes';
import { renderSVG } from 'uqr';
import type { AuthDependencies } from './auth-dependencies.ts';
import { enrolmentSecret } from './factor.ts';
import { findById } from './find-resource.ts';
import { otpauthUri } from './totp.ts';

/** What an enrolment shows: the address for the authenticator app, and its picture. */
export interface Enrolment {
  readonly enrollUri: string;
  readonly enrollQrCode: string;
}

/** Begins, or shows again, the enrolment of a second factor. */
export async function enrolment(deps: AuthDependencies, userId: string): Promise<Enrolment> {
  const user = await findById<User>(deps.database, 0, 'User', userId);
  const enrollUri = otpauthUri(await enrolmentSecret(deps, userId), user?.email ?? userId);
  const image = Buffer.from(renderSVG(enrollUri)).toString('base64');
  return { enrollUri, enrollQrCode: `data:image/svg+xml;base64,${image}` };
}
