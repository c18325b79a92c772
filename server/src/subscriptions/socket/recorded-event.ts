import type { Database } from '../../database/index.ts';
import type { StoredResource } from '../../fhir/index.ts';
import type { NotifiedEvent } from '../backport-bundle.ts';
import type { Interaction } from '../subscription-entry.ts';

/** A recorded event of a Subscription with the text of its version. */
export interface RecordedEvent {
  readonly number: number;
  readonly at: Date;
  readonly interaction: Interaction;
  readonly stored: StoredResource;
}

const READ = `SELECT d.number, d.created_at, d.type, d.id, d.version, d.interaction, coalesce(
    (SELECT r.content FROM resource r WHERE r.rid = d.rid AND r.version = d.version AND NOT r.deleted),
    (SELECT h.content FROM resource_history h WHERE h.rid = d.rid AND h.version = d.version AND NOT h.deleted),
    (SELECT h.content FROM resource_history h WHERE h.rid = d.rid AND h.version = d.version - 1), '') AS content
  FROM subscription_delivery d WHERE d.tenant = $1 AND d.subscription = $2 AND d.number >= $3 AND d.number <= $4
  ORDER BY d.number LIMIT $5`;

interface EventRow {
  readonly number: number;
  readonly created_at: Date;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly interaction: Interaction;
  readonly content: string;
}

/** Reads recorded events of a Subscription by their numbers, first to last, at most `limit`. */
export async function recordedEvents(
  database: Database,
  subscription: { readonly tenant: number; readonly id: string },
  range: { readonly first: number; readonly last: number; readonly limit: number },
): Promise<RecordedEvent[]> {
  const rows = await database.forTenant(subscription.tenant).query<EventRow>({
    name: 'subscription:recorded-events',
    text: READ,
    values: [subscription.tenant, subscription.id, range.first, range.last, range.limit],
  });
  return rows.map((row) => ({
    number: row.number,
    at: row.created_at,
    interaction: row.interaction,
    stored: {
      type: row.type,
      id: row.id,
      version: row.version,
      lastUpdated: row.created_at,
      deleted: row.interaction === 'delete',
      author: '',
      json: row.content,
    },
  }));
}

/** A recorded event as a notification tells of it. */
export function notifiedEvent({ number, at, interaction, stored }: RecordedEvent): NotifiedEvent {
  return { number, type: stored.type, id: stored.id, interaction, createdAt: at, content: stored.json };
}

/** The last event number of a Subscription; 0 before the first event. */
export async function lastEventNumber(database: Database, tenant: number, subscription: string): Promise<number> {
  const [row] = await database.forTenant(tenant).query<{ last: number }>({
    name: 'subscription:last-number',
    text: 'SELECT last FROM subscription_counter WHERE tenant = $1 AND subscription = $2',
    values: [tenant, subscription],
  });
  return row?.last ?? 0;
}
