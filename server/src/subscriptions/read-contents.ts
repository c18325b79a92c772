import type { Queryable } from '../database/index.ts';
import type { ChangeEvent } from '../outbox/index.ts';

const READ = `SELECT k.seq, v.content, p.content AS previous
  FROM unnest($1::int8[], $2::int8[], $3::int4[]) AS k(seq, rid, version)
  LEFT JOIN LATERAL (
    SELECT content FROM resource WHERE rid = k.rid AND version = k.version AND NOT deleted UNION ALL
    SELECT content FROM resource_history WHERE rid = k.rid AND version = k.version AND NOT deleted) v ON true
  LEFT JOIN resource_history p ON p.rid = k.rid AND p.version = k.version - 1`;

interface ContentRow {
  readonly seq: number;
  readonly content: string | null;
  readonly previous: string | null;
}

/** Reads the texts of the versions that events tell of, and of the versions before them, by the events' numbers. */
export async function readContents(
  database: Queryable,
  events: readonly ChangeEvent[],
): Promise<Map<number, Pick<ChangeEvent, 'content' | 'previous'>>> {
  const rows = await database.query<ContentRow>({
    name: 'subscription:read-contents',
    text: READ,
    values: [events.map((event) => event.seq), events.map((event) => event.rid), events.map((event) => event.version)],
  });
  return new Map(
    rows.map(({ seq, content, previous }) => [
      seq,
      { ...(content !== null && { content }), ...(previous !== null && { previous }) },
    ]),
  );
}
