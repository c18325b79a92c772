import { randomUUID } from 'node:crypto';
import type { WithId } from '@medplum/core';
import type { User } from '@medplum/fhirtypes';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { hashOf, newSecret, sameSecret } from './secrets.ts';

/** Life of a link: an invitation may wait for a person's next day at work, a reset may not. */
const LIFE_MS = { invite: 7 * 24 * 3_600_000, reset: 10 * 60_000, 'verify-email': 24 * 3_600_000 } as const;

/** What a link in a mail is for. */
export type SecurityMailKind = keyof typeof LIFE_MS;

/** The page behind a link. */
const PAGE = { invite: 'setpassword', reset: 'setpassword', 'verify-email': 'verifyemail' } as const;

const WORDS = {
  invite: {
    subject: 'You are invited to MindBridge',
    text: 'You have been given an account. Choose your password within seven days:',
  },
  reset: {
    subject: 'Reset your MindBridge password',
    text: 'Somebody asked to reset the password of this account. If it was you, choose a new one within ten minutes:',
  },
  'verify-email': {
    subject: 'Confirm your address for MindBridge',
    text: 'An account was made with this address. If it was you, confirm it within a day:',
  },
} as const;

/**
 * Makes a one-use link to choose a password or confirm an address, and sends it. Without a mail service nothing is sent, and the log says so;
 * the link itself is never logged.
 */
export async function sendSecurityMail(
  deps: AuthDependencies,
  kind: SecurityMailKind,
  user: WithId<User>,
): Promise<void> {
  if (!deps.mail || !user.email) {
    deps.log({ event: 'auth.mail-not-configured', kind });
    return;
  }
  const [id, secret] = [randomUUID(), newSecret()];
  const expiresAt = new Date(deps.clock().getTime() + LIFE_MS[kind]);
  await deps.database.query(
    sql`INSERT INTO security_request (id, user_id, kind, secret_hash, expires_at)
      VALUES (${id}, ${user.id}, ${kind}, ${hashOf(secret)}, ${expiresAt})`,
  );
  const link = `${deps.baseUrl}${deps.loginPath}${PAGE[kind]}/${id}/${secret}`;
  await deps.mail({ to: user.email, subject: WORDS[kind].subject, text: `${WORDS[kind].text}\n\n${link}\n` });
}

/** Answers do not wait for mail: the time it takes would tell whether there is an account. */
export function mailInBackground(deps: AuthDependencies, kind: 'reset' | 'verify-email', user: WithId<User>): void {
  sendSecurityMail(deps, kind, user).catch((error: unknown) =>
    deps.log({ event: 'auth.failed', requestId: `${kind}-mail`, error }),
  );
}

/** A link as it comes back. */
export interface SecurityLink {
  readonly id: string;
  readonly secret: string;
  readonly kinds: readonly SecurityMailKind[];
}

/** The id of the user that an unspent link belongs to. */
export async function findSecurityRequest(
  database: Queryable,
  request: SecurityLink,
  now: Date,
): Promise<string | undefined> {
  const [row] = await database.query<{ secret_hash: string; user_id: string }>(
    sql`SELECT secret_hash, user_id FROM security_request
      WHERE id = ${request.id} AND kind = ANY(${request.kinds}) AND used_at IS NULL AND expires_at > ${now}`,
  );
  return row && sameSecret(row.secret_hash, hashOf(request.secret)) ? row.user_id : undefined;
}

/** Spends a link; gives the user's id, once. */
export async function spendSecurityRequest(
  database: Queryable,
  request: SecurityLink,
  now: Date,
): Promise<string | undefined> {
  if (!(await findSecurityRequest(database, request, now))) {
    return undefined;
  }
  const [spent] = await database.query<{ user_id: string }>(
    sql`UPDATE security_request SET used_at = ${now} WHERE id = ${request.id} AND used_at IS NULL RETURNING user_id`,
  );
  return spent?.user_id;
}
