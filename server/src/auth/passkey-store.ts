import { type Queryable, sql } from '../database/index.ts';

/** A passkey of a person. */
export interface Passkey {
  /** Its id in base64url. */
  readonly credential: string;
  readonly userId: string;
  readonly name: string;
  /** COSE key in base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  /** May it be on several devices of the person? */
  readonly synced: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

interface PasskeyRow {
  readonly credential: string;
  readonly user_id: string;
  readonly name: string;
  readonly public_key: string;
  readonly counter: number | string;
  readonly transports: string;
  readonly synced: boolean;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

const COLUMNS = sql`credential, user_id, name, public_key, counter, transports, synced, created_at, last_used_at`;

function passkeyOf(row: PasskeyRow): Passkey {
  return {
    credential: row.credential,
    userId: row.user_id,
    name: row.name,
    publicKey: row.public_key,
    counter: Number(row.counter),
    transports: row.transports.split(' ').filter((transport) => transport !== ''),
    synced: row.synced,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}

/** The passkeys of a person, the oldest first. */
export async function passkeysOf(database: Queryable, userId: string): Promise<Passkey[]> {
  const rows = await database.query<PasskeyRow>(
    sql`SELECT ${COLUMNS} FROM passkey WHERE user_id = ${userId} ORDER BY created_at LIMIT 50`,
  );
  return rows.map(passkeyOf);
}

/** A passkey by its id, whosever it is. */
export async function findPasskey(database: Queryable, credential: string): Promise<Passkey | undefined> {
  const [row] = await database.query<PasskeyRow>(sql`SELECT ${COLUMNS} FROM passkey WHERE credential = ${credential}`);
  return row && passkeyOf(row);
}

/** Keeps a new passkey; false when the id is known already. */
export async function storePasskey(database: Queryable, key: Omit<Passkey, 'lastUsedAt'>): Promise<boolean> {
  const stored = await database.query(
    sql`INSERT INTO passkey (credential, user_id, name, public_key, counter, transports, synced, created_at)
      VALUES (${key.credential}, ${key.userId}, ${key.name}, ${key.publicKey}, ${key.counter},
        ${key.transports.join(' ')}, ${key.synced}, ${key.createdAt})
      ON CONFLICT DO NOTHING RETURNING credential`,
  );
  return stored.length > 0;
}

/** Records a signature. False when its count does not grow although the authenticator counts: the key was copied. */
export async function countUse(
  database: Queryable,
  credential: string,
  { counter, now }: { readonly counter: number; readonly now: Date },
): Promise<boolean> {
  const used = await database.query(
    sql`UPDATE passkey SET counter = ${counter}, last_used_at = ${now}
      WHERE credential = ${credential} AND (counter < ${counter} OR (counter = 0 AND ${counter}::int8 = 0)) RETURNING credential`,
  );
  return used.length > 0;
}

/** Takes a passkey of a person away; false when she has none by this id. */
export async function removePasskey(database: Queryable, userId: string, credential: string): Promise<boolean> {
  const removed = await database.query(
    sql`DELETE FROM passkey WHERE credential = ${credential} AND user_id = ${userId} RETURNING credential`,
  );
  return removed.length > 0;
}
