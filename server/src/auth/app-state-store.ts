import type { Basic } from '@medplum/fhirtypes';
import { type Database, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { openSecret } from './sealed.ts';

/** Whose state it is: one app's and one person's, in one clinic. */
export interface StateOwner {
  readonly tenant: number;
  readonly client: string;
  readonly userId: string;
}

/** A kept state. */
export interface AppState {
  readonly id: string;
  readonly version: number;
  /** `system|code` */
  readonly code: string;
  /** Reference of whom it is about; empty where it is about nobody. */
  readonly subject: string;
  readonly resource: Basic;
}

/** Where states are kept: the vault seals what is written, for its own place. */
export type StateStore = Pick<AuthDependencies, 'database' | 'keys' | 'secrets'>;

interface StateRow {
  readonly id: string;
  readonly version: number;
  readonly code: string;
  readonly subject: string;
  readonly content: string;
  readonly last_updated: Date;
}

const COLUMNS = sql`id, version, code, subject, content, last_updated`;
const placeOf = ({ tenant, client, userId }: StateOwner, id: string): string =>
  `app-state/${tenant}/${client}/${userId}/${id}`;

async function stateOf(store: StateStore, owner: StateOwner, row: StateRow): Promise<AppState> {
  const opened = await openSecret(store, owner.tenant, placeOf(owner, row.id), row.content);
  const basic = JSON.parse(opened.toString()) as Basic;
  const meta = { ...basic.meta, versionId: String(row.version), lastUpdated: row.last_updated.toISOString() };
  return {
    id: row.id,
    version: row.version,
    code: row.code,
    subject: row.subject,
    resource: { ...basic, id: row.id, meta },
  };
}

/** One state of an owner. */
export async function findState(store: StateStore, owner: StateOwner, id: string): Promise<AppState | undefined> {
  const [row] = await store.database.forTenant(owner.tenant).query<StateRow & Record<string, unknown>>(
    sql`SELECT ${COLUMNS} FROM app_state WHERE tenant = ${owner.tenant} AND client = ${owner.client}
      AND user_id = ${owner.userId} AND id = ${id}`,
  );
  return row && stateOf(store, owner, row);
}

/** The states of an owner with a code, about a subject where one is named. */
export async function searchStates(
  store: StateStore,
  owner: StateOwner,
  { code, subject }: { readonly code?: string; readonly subject?: string },
): Promise<AppState[]> {
  const rows = await store.database.forTenant(owner.tenant).query<StateRow & Record<string, unknown>>(
    sql`SELECT ${COLUMNS} FROM app_state WHERE tenant = ${owner.tenant} AND client = ${owner.client}
      AND user_id = ${owner.userId} AND (${code ?? null}::text IS NULL OR code = ${code ?? ''})
      AND (${subject ?? null}::text IS NULL OR subject = ${subject ?? ''}) ORDER BY id LIMIT 1000`,
  );
  return Promise.all(rows.map((row) => stateOf(store, owner, row)));
}

/** How many states an owner has. */
export async function countStates(database: Database, owner: StateOwner): Promise<number> {
  const [row] = await database.forTenant(owner.tenant).query<{ count: number | string }>(
    sql`SELECT count(*) AS count FROM app_state WHERE tenant = ${owner.tenant} AND client = ${owner.client}
      AND user_id = ${owner.userId}`,
  );
  return Number(row?.count ?? 0);
}

/** Keeps a state at its first version, or over the one version it stands on; undefined when that is not the last. */
export async function writeState(
  store: StateStore,
  owner: StateOwner,
  state: Pick<AppState, 'id' | 'code' | 'subject' | 'resource'> & { readonly over?: number },
  now: Date,
): Promise<AppState | undefined> {
  const plain = Buffer.from(JSON.stringify(state.resource));
  const content = await store.secrets.seal(owner.tenant, placeOf(owner, state.id), plain);
  const rows = await store.database.forTenant(owner.tenant).query<StateRow & Record<string, unknown>>(
    state.over === undefined
      ? sql`INSERT INTO app_state (tenant, client, user_id, id, version, code, subject, content, last_updated)
          VALUES (${owner.tenant}, ${owner.client}, ${owner.userId}, ${state.id}, 1, ${state.code}, ${state.subject},
            ${content}, ${now}) RETURNING ${COLUMNS}`
      : sql`UPDATE app_state SET version = version + 1, content = ${content}, last_updated = ${now}
          WHERE tenant = ${owner.tenant} AND client = ${owner.client} AND user_id = ${owner.userId} AND id = ${state.id}
            AND version = ${state.over}::int4 RETURNING ${COLUMNS}`,
  );
  const [row] = rows;
  return row && stateOf(store, owner, row);
}

/** Takes a state away at its last version; false when that is another one. */
export async function deleteState(
  database: Database,
  owner: StateOwner,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<boolean> {
  const rows = await database.forTenant(owner.tenant).query(
    sql`DELETE FROM app_state WHERE tenant = ${owner.tenant} AND client = ${owner.client}
      AND user_id = ${owner.userId} AND id = ${id} AND version = ${version}::int4 RETURNING id`,
  );
  return rows.length > 0;
}
