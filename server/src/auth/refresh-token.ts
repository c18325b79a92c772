import { createHmac } from 'node:crypto';
import { type Queryable, sql } from '../database/index.ts';
import { hashOf } from './secrets.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What became of a refresh token that was presented. */
export type Rotation = { readonly outcome: 'rotated'; readonly refreshToken: string } | { readonly outcome: 'reused' };

/** A refresh token as it is kept. */
export interface StoredRefreshToken {
  readonly session: string;
  readonly expiresAt: Date;
}

/** The one successor of a refresh token: everybody who presents the same token within the grace gets the same one. */
function successorOf(keys: SigningKeys, token: string): string {
  return createHmac('sha256', keys.derivationSecret).update(`successor:${token}`).digest('base64url');
}

/** Keeps the first refresh token of a session. */
export async function storeRefreshToken(
  database: Queryable,
  token: string,
  row: { readonly tenant: number; readonly session: string; readonly now: Date; readonly expiresAt: Date },
): Promise<void> {
  await database.query(
    sql`INSERT INTO refresh_token (hash, tenant, session, issued_at, expires_at)
      VALUES (${hashOf(token)}, ${row.tenant}, ${row.session}, ${row.now}, ${row.expiresAt})`,
  );
}

/** Finds a refresh token, used or not. */
export async function findRefreshToken(database: Queryable, token: string): Promise<StoredRefreshToken | undefined> {
  const [row] = await database.query<{ session: string; expires_at: Date }>(
    sql`SELECT session, expires_at FROM refresh_token WHERE hash = ${hashOf(token)}`,
  );
  return row && { session: row.session, expiresAt: row.expires_at };
}

/**
 * Uses a refresh token: one statement marks it and adds its successor. A token that was used before answers with the same
 * successor while it is in its grace (counted to the arrival of the request) and the successor is unused; after that it is `reused`, and its family must end.
 */
export async function rotateRefreshToken(
  database: Queryable,
  keys: SigningKeys,
  token: string,
  life: { readonly now: Date; readonly arrivedAt: Date; readonly expiresAt: Date; readonly graceMs: number },
): Promise<Rotation> {
  const next = successorOf(keys, token);
  const used = await database.query(
    sql`WITH used AS (
        UPDATE refresh_token SET used_at = ${life.now} WHERE hash = ${hashOf(token)} AND used_at IS NULL RETURNING tenant, session
      ), added AS (
        INSERT INTO refresh_token (hash, tenant, session, issued_at, expires_at)
        SELECT ${hashOf(next)}::text, tenant, session, ${life.now}::timestamptz, ${life.expiresAt}::timestamptz FROM used
      ) SELECT session FROM used`,
  );
  if (used.length > 0) {
    return { outcome: 'rotated', refreshToken: next };
  }
  const [row] = await database.query<{ used_at: Date; next_used_at: Date | null }>(
    sql`SELECT t.used_at, n.used_at AS next_used_at FROM refresh_token t LEFT JOIN refresh_token n ON n.hash = ${hashOf(next)}
      WHERE t.hash = ${hashOf(token)}`,
  );
  const inGrace = row !== undefined && life.arrivedAt.getTime() - row.used_at.getTime() <= life.graceMs;
  return inGrace && row.next_used_at === null ? { outcome: 'rotated', refreshToken: next } : { outcome: 'reused' };
}
