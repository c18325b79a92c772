import type { Database } from '../../database/index.ts';
import { eventBundle, statusBundle } from '../backport-bundle.ts';
import type { CanRead, ShownTo } from '../deliverer.ts';
import type { SentNotification } from '../sent-notification.ts';
import type { SubscriptionEntry } from '../subscription-entry.ts';
import { type Binding, redeemBindingToken } from './binding-token.ts';
import { notificationJson } from './notification.ts';
import { lastEventNumber, notifiedEvent, type RecordedEvent, recordedEvents } from './recorded-event.ts';
import { bindingKey, type SocketSession } from './socket-session.ts';

export interface SocketHubOptions {
  readonly database: Database;
  /** The Subscription, when it is active: it says how much a notification carries. */
  readonly find: (tenant: number, subscription: string) => Promise<SubscriptionEntry | undefined>;
  readonly canRead: CanRead;
  readonly shownTo: ShownTo;
  /** Is the log-in behind a binding still good (not expired, not logged out)? */
  readonly isActive: (binding: Binding) => Promise<boolean>;
  /** Told of what was sent to whom, and of what was withheld. */
  readonly audit: (notification: SentNotification) => void;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
  /** Address of the server without a trailing slash, such as `https://clinic.example`. */
  readonly baseUrl: string;
}

/** The sockets of this process by Subscription; brings them recorded events in the order of their numbers. */
export class SocketHub {
  private readonly options: SocketHubOptions;
  private readonly sessions = new Set<SocketSession>();
  private readonly bySubscription = new Map<string, Set<SocketSession>>();
  private readonly queues = new Map<string, Promise<void>>();

  constructor(options: SocketHubOptions) {
    this.options = options;
  }

  add(session: SocketSession): void {
    this.sessions.add(session);
  }

  remove(session: SocketSession): void {
    this.sessions.delete(session);
    for (const binding of session.list()) {
      this.leave(session, session.drop(binding));
    }
  }

  /** Binds a socket by a token and greets it. False when the token is not good, or its log-in has ended. */
  async bind(session: SocketSession, token: string): Promise<boolean> {
    const { database, clock, isActive } = this.options;
    const bindings = await redeemBindingToken(database, token, clock());
    const [first] = bindings;
    if (first === undefined || !(await isActive(first)) || !bindings.every((binding) => session.bind(binding))) {
      return false;
    }
    await this.touch(bindings);
    for (const binding of bindings) {
      const key = bindingKey(binding);
      const entry = await this.options.find(binding.tenant, binding.subscription);
      session.setPeriod(key, entry?.heartbeatSeconds && entry.heartbeatSeconds * 1000);
      const sessions = this.bySubscription.get(key) ?? new Set();
      this.bySubscription.set(key, sessions.add(session));
      await this.sendStatus(session, binding, 'handshake');
    }
    return true;
  }

  unbind(session: SocketSession, token: string): void {
    for (const key of session.unbind(token)) {
      this.leave(session, key);
    }
  }

  private leave(session: SocketSession, key: string): void {
    const sessions = this.bySubscription.get(key);
    sessions?.delete(session);
    if (sessions?.size === 0) {
      this.bySubscription.delete(key);
    }
  }

  /** Takes an announcement `tenant subscription number`; those of Subscriptions nobody here listens to cost nothing. */
  announce(payload: string): void {
    const [tenant, subscription, number] = payload.split(' ');
    const key = `${tenant} ${subscription}`;
    if (!this.bySubscription.has(key)) {
      return;
    }
    const before = this.queues.get(key) ?? Promise.resolve();
    const after = before
      .then(() => this.bring(key, Number(number)))
      .catch((error) => {
        this.options.log('subscription-socket-failed', error);
      });
    this.queues.set(key, after);
    void after.then(() => this.queues.get(key) === after && this.queues.delete(key));
  }

  private async bring(key: string, number: number): Promise<void> {
    const [tenant = '', id = ''] = key.split(' ');
    const [event] = await recordedEvents(
      this.options.database,
      { tenant: Number(tenant), id },
      { first: number, last: number, limit: 1 },
    );
    const entry = event && (await this.options.find(Number(tenant), id));
    if (event === undefined || entry === undefined) {
      return;
    }
    for (const session of this.bySubscription.get(key) ?? []) {
      const binding = session.binding(key);
      if (binding === undefined) {
        continue;
      }
      const { author, subscription, login } = binding;
      const mayRead = await this.options.canRead(author, binding.tenant, event.stored, login);
      const outcome = mayRead ? 'sent' : 'withheld';
      const { stored } = event;
      if (mayRead) {
        const json = await this.options.shownTo(author, binding.tenant, stored, login);
        session.tell(key, this.eventText(entry, { ...event, stored: { ...stored, json } }), this.options.clock());
      }
      this.options.audit({
        tenant: binding.tenant,
        author,
        subscription,
        number,
        channel: 'websocket',
        stored,
        outcome,
      });
    }
  }

  /** Tells of those Subscriptions that have a period of their own and have been silent for it. To be called every second. */
  async pulse(): Promise<void> {
    const now = this.options.clock();
    for (const session of this.sessions) {
      for (const binding of session.silent(now)) {
        await this.sendStatus(session, binding, 'heartbeat');
      }
    }
  }

  /** Ends what has run out, and tells the others that they are still connected. To be called every half minute or so. */
  async heartbeat(): Promise<void> {
    const now = this.options.clock();
    for (const session of this.sessions) {
      if (!session.alive) {
        session.terminate();
        continue;
      }
      session.alive = false;
      session.ping();
      for (const binding of session.list()) {
        await this.keepOrEnd(session, binding, now);
      }
    }
    await this.touch([...this.sessions].flatMap((session) => session.list()));
  }

  /** Closes what has nobody behind it any more. To be called every few seconds: a revoked sign-in is out within five. */
  async endInactive(): Promise<void> {
    const now = this.options.clock();
    const known = new Map<string | undefined, Promise<boolean>>();
    for (const session of this.sessions) {
      for (const binding of session.list()) {
        const isActive = known.get(binding.login) ?? this.options.isActive(binding);
        known.set(binding.login, isActive);
        if (binding.until <= now || !(await isActive)) {
          this.end(session);
        }
      }
    }
  }

  private end(session: SocketSession): void {
    session.close(4401, 'The sign-in behind this connection has ended');
    this.remove(session);
  }

  private async keepOrEnd(session: SocketSession, binding: Binding, now: Date): Promise<void> {
    if (binding.until <= now || !(await this.options.isActive(binding))) {
      this.end(session);
      return;
    }
    if (session.periodOf(bindingKey(binding)) === undefined) {
      await this.sendStatus(session, binding, 'heartbeat');
    }
  }

  /** On the wire of MedplumClient, unless the Subscription asks for the Bundles of the backport. */
  private async sendStatus(session: SocketSession, binding: Binding, type: 'handshake' | 'heartbeat'): Promise<void> {
    const { tenant, subscription } = binding;
    const { database, clock, find } = this.options;
    const last = await lastEventNumber(database, tenant, subscription);
    const entry = await find(tenant, subscription);
    const at = clock();
    session.tell(
      bindingKey(binding),
      entry?.content === undefined
        ? notificationJson({ subscription, type, eventNumber: last, at })
        : statusBundle({ ...entry, status: 'active', type, last }, at),
      at,
    );
  }

  private eventText(entry: SubscriptionEntry, event: RecordedEvent): string {
    const { clock, baseUrl } = this.options;
    return entry.content === undefined
      ? eventText(entry.id, event)
      : eventBundle(entry, [notifiedEvent(event)], { at: clock(), baseUrl });
  }

  private async touch(bindings: readonly Binding[]): Promise<void> {
    if (bindings.length > 0) {
      await this.options.database.query({
        name: 'subscription:touch-sockets',
        text: `INSERT INTO subscription_socket (tenant, subscription, seen_at)
          SELECT DISTINCT tenant, subscription, $3::timestamptz FROM unnest($1::int4[], $2::text[]) AS b(tenant, subscription)
          ON CONFLICT (tenant, subscription) DO UPDATE SET seen_at = EXCLUDED.seen_at`,
        values: [bindings.map((b) => b.tenant), bindings.map((b) => b.subscription), this.options.clock()],
      });
    }
  }

  closeAll(): void {
    for (const session of this.sessions) {
      session.close(1001, 'The server is stopping');
    }
  }
}

function eventText(subscription: string, event: RecordedEvent): string {
  const { stored, number, at } = event;
  const focus = `${stored.type}/${stored.id}`;
  return notificationJson({ subscription, type: 'event-notification', eventNumber: number, focus, at }, stored);
}
