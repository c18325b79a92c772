import type { Queryable } from '../database/index.ts';
import { findSession, isLive } from './session.ts';

/** Is the session still going: neither ended, nor expired, nor idle? */
export async function isSessionLive(database: Queryable, id: string, now: Date): Promise<boolean> {
  const session = await findSession(database, id);
  return session !== undefined && isLive(session, now);
}
