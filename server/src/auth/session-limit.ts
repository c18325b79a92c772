import type { Project } from '@medplum/fhirtypes';
import { type Queryable, sql } from '../database/index.ts';
import type { Session } from './session.ts';

/** Name of the Project setting that says in how many places one person may be signed in at once. */
export const SESSION_LIMIT = 'concurrentSessions';

/** A desk in every room of the day, a phone, and some that were left open. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 50;

/** In how many places a member of this project may be signed in at once. */
export function sessionLimit(project: Pick<Project, 'setting'>): number {
  const value = project.setting?.find((setting) => setting.name === SESSION_LIMIT)?.valueInteger;
  return value !== undefined && value >= 1 ? Math.min(value, MAX_LIMIT) : DEFAULT_LIMIT;
}

/**
 * Ends the person's own sign-ins beyond the limit, those longest unused first; gives their ids. The sessions of apps are
 * not counted: they end by themselves, or at the person's word.
 * @see security.md S61
 */
export async function endBeyondLimit(
  database: Queryable,
  { id, userId, tenant }: Pick<Session, 'id' | 'userId' | 'tenant'>,
  { limit, now }: { readonly limit: number; readonly now: Date },
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    sql`UPDATE session SET revoked_at = ${now}, cookie_hash = NULL WHERE id IN (
        SELECT id FROM session WHERE user_id = ${userId} AND tenant = ${tenant} AND client_id = '' AND id <> ${id}
          AND code_used_at IS NOT NULL AND revoked_at IS NULL AND expires_at > ${now}
        ORDER BY last_seen_at DESC OFFSET ${limit - 1}::int4)
      RETURNING id`,
  );
  return rows.map((row) => row.id);
}
