import pg from 'pg';
import { cancelStatement } from './cancel.ts';
import type { Row } from './database.ts';
import type { Sql } from './sql.ts';
import { type RowShapes, Statement } from './statement.ts';

/** The tenant setting of a connection: the number of a tenant as text, `*` for the system, or undefined before it was set. */
export type TenantSetting = string | undefined;

/** Where and as whom to connect, and the settings every session starts with. */
export interface ConnectionTarget {
  readonly config: pg.ClientConfig;
  /** Role to take on after the log-in, when the log-in role itself would bypass row-level security. */
  readonly role?: string | undefined;
}

export interface SessionSettings {
  readonly statementTimeoutMs: number;
  readonly applicationName: string;
}

/** One connection of the pool: it knows the tenant it is set to and the shapes of its prepared statements. */
export class PooledConnection {
  readonly client: pg.Client;
  tenant: TenantSetting = undefined;
  broken = false;
  private readonly shapes: RowShapes = new Map();

  constructor(client: pg.Client) {
    this.client = client;
  }

  /** Sends one statement; statements sent without waiting are run in order. */
  run(statement: Sql): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const query = new Statement(statement, this.shapes, (error, rows) => {
        if (error === undefined) {
          resolve(rows);
          return;
        }
        this.broken ||= isFatal(error);
        reject(error);
      });
      this.client.query(query);
    });
  }

  /** The same, ended after `limitMs` with SQLSTATE 57014. A connection on which something was cancelled is not used again. */
  async runWithin(limitMs: number, statement: Sql): Promise<Row[]> {
    const timer = setTimeout(() => {
      this.broken = true;
      void cancelStatement(this.client);
    }, limitMs);
    try {
      return await this.run(statement);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sets the tenant row-level security stands on; remembered, so that the next statement of the same tenant needs no round trip. */
  async setTenant(tenant: string): Promise<void> {
    this.tenant = undefined;
    await this.run({ name: 'set_tenant', text: `SELECT set_config('mindbridge.tenant', $1, false)`, values: [tenant] });
    this.tenant = tenant;
  }

  async end(): Promise<void> {
    this.broken = true;
    await this.client.end().catch(() => undefined);
  }
}

/** Opens one connection with UTC, the statement timeout and (if named) the role set. */
export async function connect(target: ConnectionTarget, session: SessionSettings): Promise<PooledConnection> {
  const client = new pg.Client({
    ...target.config,
    application_name: session.applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: sessionOptions(target, session),
  });
  const connection = new PooledConnection(client);
  client.on('error', () => {
    connection.broken = true;
  });
  await client.connect();
  return connection;
}

function sessionOptions(target: ConnectionTarget, session: SessionSettings): string {
  const options = [
    '-c TimeZone=UTC',
    '-c DateStyle=ISO',
    `-c statement_timeout=${session.statementTimeoutMs}`,
    '-c idle_in_transaction_session_timeout=60000',
    // Plans are made for the shape of a statement, not for its values: ours say themselves how they are to be run.
    '-c plan_cache_mode=force_generic_plan',
  ];
  if (target.role !== undefined) {
    options.push(`-c role=${target.role}`);
  }
  return options.join(' ');
}

/** True for errors after which a connection must not be used again: no SQLSTATE (socket), class 08, or the server going away. */
function isFatal(error: Error): boolean {
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  const isReadOnly = code === '25006';
  return code === '' || code.startsWith('08') || code.startsWith('57P') || code === '25P03' || isReadOnly;
}
