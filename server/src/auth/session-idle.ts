import { type Queryable, sql } from '../database/index.ts';

/** How finely activity is written down: a session's row is touched at most this often. */
export const ACTIVITY_STEP_MS = 15_000;
/**
 * A person's session ends after 15 minutes without activity. The 20 seconds above that are what may lie between a
 * request and the activity written down for it, so that nobody is sent away before 15:00, and nobody stays past 15:30.
 */
export const IDLE_MS = 15 * 60_000 + 20_000;

/** What a session tells about its use. */
interface Watched {
  readonly userType: 'User' | 'ClientApplication';
  /** Empty for the server's own sign-in. */
  readonly clientId: string;
  readonly scope: string;
  readonly lastSeenAt: Date;
  /** Does the app report a person's activity itself? */
  readonly reportsActivity: boolean;
}

/** Clients acting for themselves, and apps that were granted access offline, have nobody at the screen. */
function isExempt({ userType, clientId, scope }: Watched): boolean {
  return userType !== 'User' || (clientId !== '' && scope.split(' ').includes('offline_access'));
}

/** Has nobody used the session for too long? Such a session is over, and stays so. */
export function isIdle(session: Watched, now: Date): boolean {
  return !isExempt(session) && now.getTime() - session.lastSeenAt.getTime() > IDLE_MS;
}

/** Does this request count as activity, and is it time to write that down? Not where the app itself reports. */
export function countsAsActivity(session: Watched, now: Date): boolean {
  const isDue = now.getTime() - session.lastSeenAt.getTime() >= ACTIVITY_STEP_MS;
  return isDue && !isExempt(session) && !session.reportsActivity;
}

/** Writes down that a session was used. */
export async function touchSession(database: Queryable, id: string, now: Date): Promise<void> {
  await database.query(
    sql`UPDATE session SET last_seen_at = ${now} WHERE id = ${id} AND last_seen_at < ${now} AND revoked_at IS NULL`,
  );
}

/**
 * `POST auth/activity`: a person is at the screen. From now on this session lives by such reports alone; the sessions of
 * apps opened from the same sign-in live on with it. What is idle already is not woken.
 */
export async function reportActivity(database: Queryable, id: string, now: Date): Promise<void> {
  await database.query(sql`UPDATE session SET reports_activity = true WHERE id = ${id} AND NOT reports_activity`);
  await database.query(
    sql`UPDATE session s SET last_seen_at = ${now} FROM session own
      WHERE own.id = ${id} AND s.user_id = own.user_id AND s.auth_time = own.auth_time AND s.revoked_at IS NULL
        AND s.last_seen_at > ${new Date(now.getTime() - IDLE_MS)} AND s.last_seen_at < ${now}`,
  );
}
