import type { Queryable } from '../database/index.ts';
import { standingOf } from './identify.ts';
import { loadMember } from './member.ts';
import { findSession, isLive } from './session.ts';

/**
 * Is the session still going: neither ended, nor expired, nor idle, its account and app still there, and its membership
 * active? For connections that live longer than a request.
 * @see security.md S16
 */
export async function isSessionLive(database: Queryable, id: string, now: Date): Promise<boolean> {
  const session = await findSession(database, id);
  if (!session || !isLive(session, now) || !(await standingOf({ database }, session))) {
    return false;
  }
  return (await loadMember(database, session.tenant, session.membership)) !== undefined;
}
