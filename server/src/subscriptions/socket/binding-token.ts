import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../database/index.ts';

/** How long in ms a token may be used to bind. */
const USABLE_MS = 5 * 60 * 1000;
/** How long in ms a binding lasts; clients renew it before. */
const BINDING_MS = 60 * 60 * 1000;

/** A socket's right to the events of one Subscription. */
export interface Binding {
  readonly tenant: number;
  readonly subscription: string;
  /** Hash of the token it was bound with. */
  readonly tokenHash: string;
  /** Reference of who asked for the token: events need his rights. */
  readonly author: string;
  readonly login?: string;
  readonly until: Date;
}

/** Hash under which a token is kept. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export interface TokenRequest {
  readonly tenant: number;
  readonly subscription: string;
  readonly author: string;
  readonly login?: string;
  readonly now: Date;
}

/** Issues a token of one use. */
export async function issueBindingToken(
  database: Queryable,
  request: TokenRequest,
): Promise<{ token: string; expiration: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiration = new Date(request.now.getTime() + BINDING_MS);
  const usableUntil = new Date(request.now.getTime() + USABLE_MS);
  await database.query({
    name: 'subscription:issue-token',
    text: `WITH seen AS (INSERT INTO subscription_socket (tenant, subscription, seen_at) VALUES ($1, $3, $8)
        ON CONFLICT (tenant, subscription) DO UPDATE SET seen_at = EXCLUDED.seen_at)
      INSERT INTO subscription_token (tenant, sha256, subscription, author, login, usable_until, binding_until)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      request.tenant,
      tokenHash(token),
      request.subscription,
      request.author,
      request.login ?? null,
      usableUntil,
      expiration,
      request.now,
    ],
  });
  return { token, expiration };
}

interface TokenRow {
  readonly tenant: number;
  readonly subscription: string;
  readonly author: string;
  readonly login: string | null;
  readonly usable_until: Date;
  readonly binding_until: Date;
}

/** Takes a token out of use and gives its binding; undefined when it is unknown, used or too old. */
export async function redeemBindingToken(database: Queryable, token: string, now: Date): Promise<Binding | undefined> {
  const hash = tokenHash(token);
  const [row] = await database.query<TokenRow>({
    name: 'subscription:redeem-token',
    text: `DELETE FROM subscription_token WHERE sha256 = $1
      RETURNING tenant, subscription, author, login, usable_until, binding_until`,
    values: [hash],
  });
  if (row === undefined || row.usable_until <= now) {
    return undefined;
  }
  const { tenant, subscription, author, login, binding_until } = row;
  return { tenant, subscription, author, tokenHash: hash, until: binding_until, ...(login !== null && { login }) };
}
