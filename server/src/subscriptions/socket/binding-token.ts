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
  /** Ids of the Subscriptions that the token binds to. */
  readonly subscriptions: readonly string[];
  readonly author: string;
  readonly login?: string;
  readonly now: Date;
}

/** Issues a token of one use. Its expiration is the moment until which it can be used; a socket bound with it stays bound for an hour. */
export async function issueBindingToken(
  database: Queryable,
  request: TokenRequest,
): Promise<{ token: string; expiration: Date }> {
  const token = randomBytes(32).toString('base64url');
  const expiration = new Date(request.now.getTime() + USABLE_MS);
  const boundUntil = new Date(request.now.getTime() + BINDING_MS);
  await database.query({
    name: 'subscription:issue-token',
    text: `WITH seen AS (INSERT INTO subscription_socket (tenant, subscription, seen_at)
        SELECT $1::int4, s, $8::timestamptz FROM unnest($3::text[]) AS s
        ON CONFLICT (tenant, subscription) DO UPDATE SET seen_at = EXCLUDED.seen_at)
      INSERT INTO subscription_token (tenant, sha256, subscription, author, login, usable_until, binding_until)
      SELECT $1::int4, $2, s, $4, $5, $6::timestamptz, $7::timestamptz FROM unnest($3::text[]) AS s`,
    values: [
      request.tenant,
      tokenHash(token),
      request.subscriptions,
      request.author,
      request.login ?? null,
      expiration,
      boundUntil,
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

/** Takes a token out of use and gives its bindings, one for each Subscription; none when it is unknown, used or too old. */
export async function redeemBindingToken(database: Queryable, token: string, now: Date): Promise<Binding[]> {
  const hash = tokenHash(token);
  const rows = await database.query<TokenRow>({
    name: 'subscription:redeem-token',
    text: `DELETE FROM subscription_token WHERE sha256 = $1
      RETURNING tenant, subscription, author, login, usable_until, binding_until`,
    values: [hash],
  });
  return rows
    .filter((row) => row.usable_until > now)
    .map(({ tenant, subscription, author, login, binding_until: until }) => ({
      ...{ tenant, subscription, author, tokenHash: hash, until },
      ...(login !== null && { login }),
    }));
}
