import type { Queryable } from '../database/index.ts';
import type { ChangeEvent, Interest } from './change-event.ts';

const CLAIM = `SELECT o.seq, o.tenant, o.rid, o.type, o.id, o.version, o.interaction, o.author, o.depth, o.request_id, o.at,
    coalesce(e.epoch, 0) AS epoch,
    CASE WHEN o.interaction <> 'delete' AND o.type = ANY($2) THEN coalesce(
      (SELECT r.content FROM resource r WHERE r.rid = o.rid AND r.version = o.version),
      (SELECT h.content FROM resource_history h WHERE h.rid = o.rid AND h.version = o.version)) END AS content,
    CASE WHEN (o.interaction = 'delete' AND o.type = ANY($2)) OR (o.interaction = 'update' AND o.type = ANY($3)) THEN
      (SELECT h.content FROM resource_history h WHERE h.rid = o.rid AND h.version = o.version - 1) END AS previous
  FROM outbox o LEFT JOIN subscription_epoch e ON e.tenant = o.tenant
  WHERE o.tenant <> ALL($1) AND (o.not_before IS NULL OR o.not_before <= now())
  ORDER BY o.seq LIMIT $4`;

interface EventRow extends Omit<ChangeEvent, 'requestId' | 'content' | 'previous'> {
  readonly request_id: string;
  readonly content: string | null;
  readonly previous: string | null;
}

/**
 * Reads the oldest events, without locking them: whoever deletes an event in the statement that records its effects owns
 * it, and a reader that comes second finds it gone. A dead process therefore holds nothing back.
 */
export async function claim(database: Queryable, interest: Interest, limit: number): Promise<ChangeEvent[]> {
  const rows = await database.query<EventRow>({
    name: 'outbox:claim',
    text: CLAIM,
    values: [interest.quiet.map((quiet) => quiet.tenant), interest.types, interest.comparedTypes, limit],
  });
  return rows.map(({ request_id, content, previous, ...event }) => ({
    ...event,
    requestId: request_id,
    ...(content !== null && { content }),
    ...(previous !== null && { previous }),
  }));
}
