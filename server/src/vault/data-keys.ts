import { randomBytes } from 'node:crypto';
import { type Queryable, sql } from '../database/index.ts';
import { unavailable } from '../fhir/index.ts';
import { KEY_BYTES } from './cipher.ts';
import type { KeyWrapper } from './key-wrapper.ts';

/** A key under which a tenant's records are sealed. */
export interface DataKey {
  readonly tenant: number;
  /** Stands in what was sealed with it. */
  readonly kid: string;
  readonly key: Buffer;
}

/** The data keys of all tenants. Answers at once when the key is in memory. */
export interface DataKeys {
  /** The key to seal with; made when the tenant has none. @throws FhirError 503 */
  current(tenant: number): DataKey | Promise<DataKey>;
  /** The key that something was sealed with. @throws FhirError 503; Error when there is no such key. */
  byId(kid: string): DataKey | Promise<DataKey>;
  /** Makes a new key to seal with; the earlier ones still open what they sealed. */
  rotate(tenant: number): Promise<DataKey>;
  /** The platform's one key for keyed hashes, the same in all processes and for ever. @throws FhirError 503 */
  hashKey(): Promise<Buffer>;
}

export interface DataKeysDependencies {
  readonly database: Queryable;
  readonly wrapper: KeyWrapper;
  readonly clock: () => Date;
}

interface KeyRow {
  readonly tenant: number;
  readonly kid: string;
  readonly wrapped: Buffer;
}

interface Known {
  readonly key: DataKey;
  /** When the wrapping key was last seen to open it. */
  readonly at: number;
}

/** Id of the one key under which nothing is sealed: it makes the keyed hashes. */
const HASH_KEY = 'hashes';
const PLATFORM_TENANT = 0;
/** How long another process may go on sealing with a key that was rotated, in ms. */
const CURRENT_MS = 30_000;
/** Part of the time of trust after which a key is looked at again beside its use. */
const REFRESH_PART = 0.8;

/** Opens the keys; each is unwrapped at its first use, and again before the time of its wrapper's trust is over. */
export function createDataKeys({ database, wrapper, clock }: DataKeysDependencies): DataKeys {
  const known = new Map<string, Known>();
  const currents = new Map<number, { readonly kid: string; readonly until: number }>();
  const underWay = new Map<string, Promise<DataKey>>();

  async function opened({ tenant, kid, wrapped }: KeyRow): Promise<DataKey> {
    const plain = await wrapper.unwrap(wrapped, tenant).catch(() => {
      throw unavailable('key-unavailable', 'The key of these records cannot be had at the moment');
    });
    const key = { tenant, kid, key: plain };
    known.set(kid, { key, at: clock().getTime() });
    return key;
  }

  async function load(kid: string): Promise<DataKey> {
    const [row] = await database.query<KeyRow>(sql`SELECT tenant, kid, wrapped FROM data_key WHERE kid = ${kid}`);
    if (!row) {
      throw new Error('A record is sealed with a key that is not there');
    }
    return opened(row);
  }

  function once(name: string, work: () => Promise<DataKey>): Promise<DataKey> {
    let pending = underWay.get(name);
    if (!pending) {
      pending = work().finally(() => underWay.delete(name));
      underWay.set(name, pending);
    }
    return pending;
  }

  function byId(kid: string): DataKey | Promise<DataKey> {
    const found = known.get(kid);
    const age = found ? clock().getTime() - found.at : Number.POSITIVE_INFINITY;
    if (!found || age >= wrapper.trustMs) {
      return once(kid, () => load(kid));
    }
    if (age >= wrapper.trustMs * REFRESH_PART) {
      void once(kid, () => load(kid)).catch(() => undefined);
    }
    return found.key;
  }

  /** Keeps a new key under an id, unless there is one already. */
  async function insert(tenant: number, kid: string): Promise<Buffer> {
    const plain = randomBytes(KEY_BYTES);
    const wrapped = await wrapper.wrap(plain, tenant).catch(() => {
      throw unavailable('key-unavailable', 'No key for these records can be had at the moment');
    });
    await database.query(
      sql`INSERT INTO data_key (tenant, kid, wrapped, wrapper, created_at)
        VALUES (${tenant}, ${kid}, ${wrapped}, ${wrapper.name}, ${clock()}) ON CONFLICT (kid) DO NOTHING`,
    );
    return plain;
  }

  async function make(tenant: number): Promise<DataKey> {
    const kid = randomBytes(9).toString('base64url');
    const key = { tenant, kid, key: await insert(tenant, kid) };
    known.set(kid, { key, at: clock().getTime() });
    return key;
  }

  async function newest(tenant: number): Promise<DataKey> {
    const [row] = await database.query<KeyRow>(
      sql`SELECT tenant, kid, wrapped FROM data_key WHERE tenant = ${tenant} AND kid <> ${HASH_KEY}
        ORDER BY created_at DESC, kid LIMIT 1`,
    );
    const key = row ? await byId(row.kid) : await make(tenant);
    currents.set(tenant, { kid: key.kid, until: clock().getTime() + CURRENT_MS });
    return key;
  }

  return {
    byId,
    current(tenant) {
      const current = currents.get(tenant);
      return current && current.until > clock().getTime()
        ? byId(current.kid)
        : once(`of ${tenant}`, () => newest(tenant));
    },
    async rotate(tenant) {
      const key = await make(tenant);
      currents.set(tenant, { kid: key.kid, until: clock().getTime() + CURRENT_MS });
      return key;
    },
    async hashKey() {
      const isThere = (await database.query(sql`SELECT FROM data_key WHERE kid = ${HASH_KEY}`)).length > 0;
      if (!isThere) {
        await insert(PLATFORM_TENANT, HASH_KEY);
      }
      return (await byId(HASH_KEY)).key;
    },
  };
}
