import type { AuthDependencies } from './auth-dependencies.ts';
import type { Session } from './session-row.ts';

type Sealing = Pick<AuthDependencies, 'secrets'>;

/** A person's address lies under the platform's key: a session begins before its clinic is known. */
const PLATFORM_TENANT = 0;
const placeOf = (userId: string): string => `address of a session of ${userId}`;

/** The network address a session came from, as its row keeps it. @throws FhirError 503 without the key */
export async function sealAddress({ secrets }: Sealing, userId: string, address: string): Promise<string> {
  return address && secrets.seal(PLATFORM_TENANT, placeOf(userId), Buffer.from(address));
}

/** The network address a session came from, for the person's own list and for what is new about a sign-in; empty where none is kept. */
export async function openAddress({ secrets }: Sealing, session: Pick<Session, 'userId' | 'address'>): Promise<string> {
  return session.address && (await secrets.open(PLATFORM_TENANT, placeOf(session.userId), session.address)).toString();
}
