import type { Row } from './database.ts';
import { type ConnectionTarget, connect, type PooledConnection, type SessionSettings } from './pooled-connection.ts';
import type { Sql } from './sql.ts';
import { WaitingLine } from './waiting-line.ts';

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

/** How long a caller may wait for a connection, and how often that is looked at while some do, in ms. */
const LONGEST_WAIT = 10_000;
const LOOK = 1000;
/** One of so many connections is kept from a tenant that has all the others, for the rest. */
const KEPT_OF = 6;

/**
 * Connections kept open, each pinned to the tenant it last served. A statement goes to an idle connection of its own
 * tenant when there is one, so that in the steady state the tenant setting costs no round trip. No tenant has them all.
 */
export class Pool {
  private readonly options: PoolOptions;
  private readonly idle: PooledConnection[] = [];
  private readonly waiting = new WaitingLine();
  /** Connections handed out, and for which tenant. */
  private readonly busy = new Map<PooledConnection, string>();
  /** How many of them one tenant may have. */
  private readonly most: number;
  private opening = 0;
  private closed = false;
  /** Runs while somebody waits for a connection. */
  private patience: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.options = options;
    this.most = options.size - Math.floor(options.size / KEPT_OF);
  }

  state(): PoolState {
    return {
      open: this.idle.length + this.busy.size + this.opening,
      idle: this.idle.length,
      waiting: this.waiting.size,
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
    const connection = this.takeIdle(tenant) ?? (await this.openOrWait(tenant));
    await this.pin(connection, tenant);
    return connection;
  }

  /** Takes a connection back: to whoever's turn it is, to the idle ones, or out of the pool when it is broken. */
  release(connection: PooledConnection): void {
    if (connection.broken || this.closed) {
      this.drop(connection);
      return;
    }
    this.busy.delete(connection);
    const waiter = this.waiting.next((tenant) => this.heldBy(tenant), this.most);
    if (waiter !== undefined) {
      this.busy.set(connection, waiter.tenant);
      waiter.resolve(connection);
      return;
    }
    this.idle.push(connection);
  }

  /** Ends every connection; statements still running are cut off, waiting callers are refused. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.patience);
    for (const waiter of this.waiting.tired(Number.POSITIVE_INFINITY)) {
      waiter.reject(new Error('The database is closed.'));
    }
    const open = [...this.idle.splice(0), ...this.busy.keys()];
    this.busy.clear();
    await Promise.all(open.map((connection) => connection.end()));
  }

  private async queryLater(
    tenant: string,
    statement: Sql,
    taken: PooledConnection | undefined,
    limitMs: number | undefined,
  ): Promise<Row[]> {
    const connection = taken ?? (await this.openOrWait(tenant));
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
    if (!this.mayHaveOneMore(tenant)) {
      return undefined;
    }
    for (let i = this.idle.length - 1; i >= 0; i--) {
      if (this.idle[i]?.tenant === tenant) {
        return this.take(i, tenant);
      }
    }
    const full = this.idle.length + this.busy.size + this.opening >= this.options.size;
    return this.idle.length > 0 && full ? this.take(0, tenant) : undefined;
  }

  private heldBy(tenant: string): number {
    let held = 0;
    for (const one of this.busy.values()) {
      held += one === tenant ? 1 : 0;
    }
    return held;
  }

  /** Counted only where few are left. */
  private mayHaveOneMore(tenant: string): boolean {
    return this.busy.size < this.most || this.heldBy(tenant) < this.most;
  }

  private take(index: number, tenant: string): PooledConnection | undefined {
    const [connection] = this.idle.splice(index, 1);
    if (connection === undefined) {
      return undefined;
    }
    if (connection.broken) {
      this.drop(connection);
      return undefined;
    }
    this.busy.set(connection, tenant);
    return connection;
  }

  private openOrWait(tenant: string): Promise<PooledConnection> {
    if (this.closed) {
      return Promise.reject(new Error('The database is closed.'));
    }
    const isRoom = this.idle.length + this.busy.size + this.opening < this.options.size;
    if (isRoom && this.mayHaveOneMore(tenant)) {
      return this.open(tenant);
    }
    this.patience ??= setInterval(() => this.refuseTheTired(), LOOK);
    return new Promise((resolve, reject) => this.waiting.add({ tenant, since: Date.now(), resolve, reject }));
  }

  /** Refuses who has waited too long: better told to come back than kept hanging. @throws SQLSTATE 53300 to them */
  private refuseTheTired(): void {
    for (const waiter of this.waiting.tired(Date.now() - LONGEST_WAIT)) {
      waiter.reject(Object.assign(new Error('Every connection to the database is busy.'), { code: '53300' }));
    }
    if (this.waiting.size === 0) {
      clearInterval(this.patience);
      this.patience = undefined;
    }
  }

  private async open(tenant: string): Promise<PooledConnection> {
    this.opening++;
    try {
      const connection = await connect(this.options.target, this.options.session);
      this.busy.set(connection, tenant);
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
    const waiter = this.closed ? undefined : this.waiting.next((tenant) => this.heldBy(tenant), this.most);
    if (waiter !== undefined) {
      this.open(waiter.tenant).then(waiter.resolve, waiter.reject);
    }
  }

  private drop(connection: PooledConnection): void {
    this.busy.delete(connection);
    void connection.end();
    this.openForNext();
  }
}
