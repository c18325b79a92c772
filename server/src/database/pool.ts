import type { Row } from './database.ts';
import { type ConnectionTarget, connect, type PooledConnection, type SessionSettings } from './pooled-connection.ts';
import type { Sql } from './sql.ts';

export interface PoolOptions {
  readonly target: ConnectionTarget;
  readonly session: SessionSettings;
  /** Most connections open at once. */
  readonly size: number;
}

/** What a pool has open at this moment. */
export interface PoolState {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

interface Waiter {
  readonly since: number;
  readonly resolve: (connection: PooledConnection) => void;
  readonly reject: (error: Error) => void;
}

/** How long a caller may wait for a connection, and how often that is looked at while some do, in ms. */
const LONGEST_WAIT = 10_000;
const LOOK = 1000;

/**
 * Connections kept open, each pinned to the tenant it last served. A statement goes to an idle connection of its own
 * tenant when there is one, so that in the steady state the tenant setting costs no round trip.
 */
export class Pool {
  private readonly options: PoolOptions;
  private readonly idle: PooledConnection[] = [];
  private readonly waiting: Waiter[] = [];
  private readonly busy = new Set<PooledConnection>();
  private opening = 0;
  private closed = false;
  /** Runs while somebody waits for a connection. */
  private patience: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  state(): PoolState {
    return {
      open: this.idle.length + this.busy.size + this.opening,
      idle: this.idle.length,
      waiting: this.waiting.length,
    };
  }

  /** Runs one statement in autocommit under a tenant, for at most `limitMs` when that is given. */
  query(tenant: string, statement: Sql, limitMs?: number): Promise<Row[]> {
    const connection = this.takeIdle(tenant);
    return connection?.tenant === tenant
      ? this.runAndRelease(connection, statement, limitMs)
      : this.queryLater(tenant, statement, connection, limitMs);
  }

  /** Hands out a connection set to the tenant; the caller gives it back with `release`. */
  async acquire(tenant: string): Promise<PooledConnection> {
    const connection = this.takeIdle(tenant) ?? (await this.openOrWait());
    await this.pin(connection, tenant);
    return connection;
  }

  /** Takes a connection back: to the first who waits, to the idle ones, or out of the pool when it is broken. */
  release(connection: PooledConnection): void {
    if (connection.broken || this.closed) {
      this.drop(connection);
      return;
    }
    const waiter = this.waiting.shift();
    if (waiter !== undefined) {
      waiter.resolve(connection);
      return;
    }
    this.busy.delete(connection);
    this.idle.push(connection);
  }

  /** Ends every connection; statements still running are cut off, waiting callers are refused. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.patience);
    for (const waiter of this.waiting.splice(0)) {
      waiter.reject(new Error('The database is closed.'));
    }
    const open = [...this.idle.splice(0), ...this.busy];
    this.busy.clear();
    await Promise.all(open.map((connection) => connection.end()));
  }

  private async queryLater(
    tenant: string,
    statement: Sql,
    taken: PooledConnection | undefined,
    limitMs: number | undefined,
  ): Promise<Row[]> {
    const connection = taken ?? (await this.openOrWait());
    await this.pin(connection, tenant);
    return this.runAndRelease(connection, statement, limitMs);
  }

  private async runAndRelease(
    connection: PooledConnection,
    statement: Sql,
    limitMs: number | undefined,
  ): Promise<Row[]> {
    try {
      return await (limitMs === undefined ? connection.run(statement) : connection.runWithin(limitMs, statement));
    } finally {
      this.release(connection);
    }
  }

  private async pin(connection: PooledConnection, tenant: string): Promise<void> {
    if (connection.tenant === tenant) {
      return;
    }
    try {
      await connection.setTenant(tenant);
    } catch (error) {
      connection.broken = true;
      this.release(connection);
      throw error;
    }
  }

  /** Takes the idle connection of this tenant used last, else the one idle longest while the pool is full, else none. */
  private takeIdle(tenant: string): PooledConnection | undefined {
    for (let i = this.idle.length - 1; i >= 0; i--) {
      if (this.idle[i]?.tenant === tenant) {
        return this.take(i);
      }
    }
    const full = this.idle.length + this.busy.size + this.opening >= this.options.size;
    return this.idle.length > 0 && full ? this.take(0) : undefined;
  }

  private take(index: number): PooledConnection | undefined {
    const [connection] = this.idle.splice(index, 1);
    if (connection === undefined) {
      return undefined;
    }
    if (connection.broken) {
      this.drop(connection);
      return undefined;
    }
    this.busy.add(connection);
    return connection;
  }

  private openOrWait(): Promise<PooledConnection> {
    if (this.closed) {
      return Promise.reject(new Error('The database is closed.'));
    }
    if (this.idle.length + this.busy.size + this.opening < this.options.size) {
      return this.open();
    }
    this.patience ??= setInterval(() => this.refuseTheTired(), LOOK);
    return new Promise((resolve, reject) => this.waiting.push({ since: Date.now(), resolve, reject }));
  }

  /** Refuses who has waited too long: better told to come back than kept hanging. @throws SQLSTATE 53300 to them */
  private refuseTheTired(): void {
    const longest = Date.now() - LONGEST_WAIT;
    const rested = this.waiting.findIndex(({ since }) => since > longest);
    for (const waiter of this.waiting.splice(0, rested < 0 ? this.waiting.length : rested)) {
      waiter.reject(Object.assign(new Error('Every connection to the database is busy.'), { code: '53300' }));
    }
    if (this.waiting.length === 0) {
      clearInterval(this.patience);
      this.patience = undefined;
    }
  }

  private async open(): Promise<PooledConnection> {
    this.opening++;
    try {
      const connection = await connect(this.options.target, this.options.session);
      this.busy.add(connection);
      return connection;
    } catch (error) {
      queueMicrotask(() => this.openForNext());
      throw error;
    } finally {
      this.opening--;
    }
  }

  /** Opens a connection for the first who waits: called when one was lost, so that nobody waits for a connection that never comes. */
  private openForNext(): void {
    const waiter = this.closed ? undefined : this.waiting.shift();
    if (waiter !== undefined) {
      this.open().then(waiter.resolve, waiter.reject);
    }
  }

  private drop(connection: PooledConnection): void {
    this.busy.delete(connection);
    void connection.end();
    this.openForNext();
  }
}
