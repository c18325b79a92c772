import { type Queryable, sql } from '../database/index.ts';

/** Ends a token before its time, in every process of the installation. */
export async function endToken(database: Queryable, tokenId: string, expiresAt: Date): Promise<void> {
  await database.query(
    sql`INSERT INTO single_use (tenant, kind, value, expires_at) VALUES (0, 'token', ${tokenId}, ${expiresAt})
      ON CONFLICT DO NOTHING`,
  );
}

/** Was the token ended, here or in another process? */
export async function isTokenEnded(database: Queryable, tokenId: string): Promise<boolean> {
  const rows = await database.query(
    sql`SELECT value FROM single_use WHERE tenant = 0 AND kind = 'token' AND value = ${tokenId}`,
  );
  return rows.length > 0;
}
