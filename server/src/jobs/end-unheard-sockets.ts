import type { Queryable } from '../database/index.ts';

/** How long in minutes a websocket Subscription lives on without a socket, so that a client can come back and catch up. */
const GRACE_MINUTES = 30;

const UNHEARD = `SELECT s.tenant, s.subscription AS id FROM subscription_socket s
  WHERE s.seen_at < $1::timestamptz - ${GRACE_MINUTES} * interval '1 minute' ORDER BY s.seen_at LIMIT 100`;

/** Ends a Subscription on behalf of the system; one that is gone already is no error. */
export type EndSubscription = (tenant: number, id: string) => Promise<void>;

/** Ends websocket Subscriptions that nobody has listened to for half an hour. Gives how many. */
export async function endUnheardSockets(database: Queryable, end: EndSubscription, now: Date): Promise<number> {
  const unheard = await database.query<{ tenant: number; id: string }>({
    name: 'socket:unheard',
    text: UNHEARD,
    values: [now],
  });
  for (const { tenant, id } of unheard) {
    await end(tenant, id);
    await database.query({
      name: 'socket:forget',
      text: 'DELETE FROM subscription_socket WHERE tenant = $1 AND subscription = $2',
      values: [tenant, id],
    });
  }
  return unheard.length;
}
