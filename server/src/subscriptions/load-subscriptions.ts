import type { Queryable } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';
import { TOPIC_TEXT } from './clinic-topic.ts';

/** Reads the Subscriptions, Bots and topics of a tenant: all, or those with the given ids (deleted ones included). */
export type SubscriptionReader = (tenant: number, ids?: readonly string[]) => Promise<StoredResource[]>;

const COLUMNS = 'type, id, version, deleted, last_updated, author, content';
const ALL = `SELECT ${COLUMNS} FROM resource WHERE tenant = $1 AND NOT deleted
  AND (type IN ('Subscription', 'Bot') OR type = 'Basic' AND content LIKE $2)`;
const SOME = `SELECT ${COLUMNS} FROM resource WHERE tenant = $1 AND type IN ('Subscription', 'Bot', 'Basic') AND id = ANY($2)`;

interface ResourceRow {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly last_updated: Date;
  readonly author: string;
  readonly content: string;
}

/** The reader over the resource table, across tenants. */
export function subscriptionReader(database: Queryable): SubscriptionReader {
  return async (tenant, ids) => {
    const rows = await database.query<ResourceRow>(
      ids === undefined
        ? { name: 'subscription:all', text: ALL, values: [tenant, TOPIC_TEXT] }
        : { name: 'subscription:some', text: SOME, values: [tenant, ids] },
    );
    return rows.map(({ last_updated, content, ...row }) => ({ ...row, lastUpdated: last_updated, json: content }));
  };
}
