import { createHmac } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Member } from './member.ts';
import { isStaff } from './require-mfa.ts';
import { tellPerson } from './security-notice.ts';
import type { Session } from './session.ts';
import { openAddress } from './session-address.ts';

/** What may be new about a sign-in. */
type PlaceKind = 'location' | 'device';

/** The first half of an IPv6 address names the network, as the first three numbers of an IPv4 address do. */
const NETWORK_GROUPS = 3;

function ipv6Network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const between = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...between, ...after].slice(0, NETWORK_GROUPS).join(':');
}

/** The network an address lies in: who gets another address from the same provider has not moved. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIPv4(plain) ? plain.split('.').slice(0, 3).join('.') : ipv6Network(plain);
}

/** A browser without its version: an update makes no new device. */
export function deviceOf(userAgent: string): string {
  return userAgent.replace(/[\d._]+/g, '');
}

interface PlaceRow {
  readonly kind: PlaceKind;
  readonly is_new: boolean;
  readonly is_first: boolean;
}

/** Writes down where a sign-in came from; says what about it was not seen before, of somebody who has signed in before. */
async function newPlaces(deps: AuthDependencies, session: Session): Promise<PlaceKind[]> {
  const { userId, userAgent } = session;
  const address = await openAddress(deps, session);
  const hashed = (kind: PlaceKind, value: string): string =>
    createHmac('sha256', deps.keys.derivationSecret).update(`place ${userId} ${kind} ${value}`).digest('base64url');
  const [location, device] = [hashed('location', networkOf(address)), hashed('device', deviceOf(userAgent))];
  const now = deps.clock();
  const rows = await deps.database.query<PlaceRow & Record<string, unknown>>(
    sql`INSERT INTO sign_in_place (user_id, kind, place, first_at, last_at)
      VALUES (${userId}, 'location', ${location}, ${now}, ${now}), (${userId}, 'device', ${device}, ${now}, ${now})
      ON CONFLICT (user_id, kind, place) DO UPDATE SET last_at = excluded.last_at
      RETURNING kind, xmax = 0 AS is_new,
        NOT EXISTS (SELECT FROM sign_in_place before WHERE before.user_id = ${userId}) AS is_first`,
  );
  return rows.filter((row) => row.is_new && !row.is_first).map(({ kind }) => kind);
}

/** For whoever watches over access in the clinic; it names the person, and not the address. */
const taskOf = (profile: string): Task => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  priority: 'urgent',
  code: { coding: [taskCoding.accessAnomaly], text: 'new-location' },
  description: 'Signed in from a place not seen before',
  focus: { reference: profile },
});

/**
 * Looks whether a person signs in from where, or with what, she never did before. Then she is told by mail and it goes on
 * record; of a new place of staff the clinic is told by a Task. Addresses are kept as keyed hashes only.
 * @see security.md S58
 */
export async function notePlace(
  deps: AuthDependencies,
  session: Session,
  { tenant, membership }: Pick<Member, 'tenant' | 'membership'>,
): Promise<void> {
  const [kind] = (await newPlaces(deps, session)).sort().reverse();
  if (!kind) {
    return;
  }
  deps.log({ event: 'auth.new-place', session: session.id, tenant, reason: kind });
  tellPerson(deps, session.userId, `new-${kind}`);
  const profile = membership.profile.reference ?? '';
  if (kind === 'location' && tenant > 1 && isStaff(profile)) {
    await deps.systemRepository(tenant).createResource<Task>(taskOf(profile));
  }
}

/** A place that nobody signed in from for a year is new again. */
const KEEP_MS = 365 * 24 * 3_600_000;

/** Forgets places of long ago. */
export async function purgePlaces(database: Queryable, now: Date): Promise<void> {
  await database.query(sql`DELETE FROM sign_in_place WHERE last_at < ${new Date(now.getTime() - KEEP_MS)}`);
}
