import { type Queryable, sql } from '../database/index.ts';
import { purgePlaces } from './sign-in-place.ts';

/** Ended sessions are kept this long, for the person's list and for questions about them. */
const KEEP_MS = 30 * 24 * 3_600_000;

/** Deletes what has no more use: sessions long ended (with their refresh tokens), spent links, used handles, old failures. */
export async function purgeSessions(database: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEEP_MS);
  await database.query(sql`DELETE FROM session WHERE expires_at < ${before}`);
  await database.query(sql`DELETE FROM session WHERE user_type = 'ClientApplication' AND expires_at < ${now}`);
  await database.query(sql`DELETE FROM security_request WHERE expires_at < ${now}`);
  await database.query(sql`DELETE FROM passkey_challenge WHERE expires_at < ${now}`);
  await database.query(sql`DELETE FROM single_use WHERE expires_at < ${now}`);
  await database.query(sql`DELETE FROM sign_in_failure WHERE last_at < ${before}`);
  await purgePlaces(database, now);
}
