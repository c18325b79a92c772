import { type Queryable, sql } from '../database/index.ts';

/** Has the person a second factor that was confirmed? */
export async function hasFactor(database: Queryable, userId: string): Promise<boolean> {
  const rows = await database.query(
    sql`SELECT id FROM user_factor WHERE user_id = ${userId} AND confirmed_at IS NOT NULL LIMIT 1`,
  );
  return rows.length > 0;
}
