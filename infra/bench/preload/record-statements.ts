import { PooledConnection } from '../../../server/src/database/pooled-connection.ts';

/** One statement that the server sent to PostgreSQL, and for which tenant. */
export interface RecordedStatement {
  readonly tenant: string;
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Loaded before the server (`node --import`): keeps the statements that are run for tenants, and hands them over, each
 * once, to the process that asks for them by a message.
 */
const { run } = PooledConnection.prototype;
let statements: RecordedStatement[] = [];

PooledConnection.prototype.run = function runAndRecord(statement) {
  if (this.tenant !== undefined && this.tenant !== '*') {
    statements.push({ tenant: this.tenant, name: statement.name, text: statement.text, values: statement.values });
  }
  return run.call(this, statement);
};

process.on('message', (message) => {
  if (message === 'take statements') {
    process.send?.(statements);
    statements = [];
  }
});
