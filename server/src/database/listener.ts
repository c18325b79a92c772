import { type ConnectionTarget, connect, type PooledConnection, type SessionSettings } from './pooled-connection.ts';

type OnNotify = (payload: string) => void;

/** One connection kept for LISTEN, shared by every channel; it reconnects by itself and listens again. */
export class Listener {
  private readonly target: ConnectionTarget;
  private readonly session: SessionSettings;
  private readonly channels = new Map<string, Set<OnNotify>>();
  private connection: PooledConnection | undefined;
  private connecting: Promise<PooledConnection> | undefined;
  private closed = false;

  constructor(target: ConnectionTarget, session: SessionSettings) {
    this.target = target;
    this.session = session;
  }

  /** Listens on a channel; resolves once the server has confirmed it. Gives a function that stops this listener. */
  async listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>> {
    const known = this.channels.get(channel);
    const handlers = known ?? new Set();
    handlers.add(onNotify);
    this.channels.set(channel, handlers);
    if (known === undefined) {
      const connection = await this.ready();
      await connection.run({ text: `LISTEN ${quoteIdentifier(channel)}`, values: [] });
    }
    return async () => {
      handlers.delete(onNotify);
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.channels.clear();
    await this.connection?.end();
  }

  private ready(): Promise<PooledConnection> {
    if (this.connection !== undefined) {
      return Promise.resolve(this.connection);
    }
    this.connecting ??= this.open().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async open(): Promise<PooledConnection> {
    const connection = await connect(this.target, this.session);
    connection.client.on('notification', ({ channel, payload }) => {
      for (const onNotify of this.channels.get(channel) ?? []) {
        onNotify(payload ?? '');
      }
    });
    connection.client.once('end', () => {
      this.connection = undefined;
      void this.reconnect();
    });
    for (const channel of this.channels.keys()) {
      await connection.run({ text: `LISTEN ${quoteIdentifier(channel)}`, values: [] });
    }
    this.connection = connection;
    return connection;
  }

  private async reconnect(): Promise<void> {
    for (let delayMs = 100; !this.closed && this.connection === undefined; delayMs = Math.min(delayMs * 2, 5_000)) {
      await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      await this.ready().catch(() => undefined);
    }
  }
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
